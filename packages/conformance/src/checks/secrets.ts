import { failed, passed, skipped, warned, type Check, type Verdict } from "../check.js";
import { isSuccess, objectIn, type Answer } from "../http/answer.js";
import { shown } from "../shown-text.js";
import { rfc } from "../specification.js";
import type { Target } from "../target/target.js";

const CREDENTIALS = ["client_secret", "registration_access_token"];
/** 128 bits, written with 64 letters, have 22 of them. */
const LEAST_LENGTH = 22;

/** Secrets: how they are made, and where they must not be. */
export const SECRET_CHECKS: readonly Check[] = [
  {
    id: "secrets.strength",
    title: "Secrets and tokens are long and unique",
    section: rfc(6749, "10.10"),
    impact: "An attacker guesses the credentials of a client.",
    remedy: "Generate each from at least 128 bits of a cryptographic random generator.",
    run: (target) => {
      const values = registered(target).flatMap(credentialsIn);
      if (values.length === 0) return skipped("no credentials were issued");
      const short = values.filter(({ value }) => value.length < LEAST_LENGTH);
      if (short[0]) return failed(`${short[0].name} has ${short[0].value.length} characters`);
      const distinct = new Set(values.map(({ value }) => value));
      return distinct.size === values.length
        ? passed(`${values.length} were looked at`)
        : failed(`${values.length} credentials are ${distinct.size} different values`);
    },
  },
  {
    id: "secrets.client-id",
    title: "A client_id cannot be guessed from another one",
    section: rfc(6749, "2.2"),
    impact: "Anyone can count the clients, and guess the client_id of a client that was just registered.",
    remedy: "Generate the client_id from random bits, not from a counter or the time.",
    run: (target) => {
      const ids = registered(target).map((answer) => textOf(objectIn(answer)["client_id"]));
      if (ids.length < 3) return skipped("fewer than three clients were registered");
      const said = ids
        .slice(0, 3)
        .map((id) => shown(id, 60))
        .join(", ");
      if (areCounted(ids)) return warned(`they follow each other: ${said}`);
      return ids.some((id) => id.length < 8) ? warned(`they are short: ${said}`) : passed(said);
    },
  },
  cacheCheck("secrets.registration-cache", "The answer to a registration", async (target) => {
    await target.publicClient();
    return registered(target);
  }),
  cacheCheck("secrets.read-cache", "The answer to a read", async (target) => {
    await target.managedClient();
    return target.client.answers.filter(
      (answer) => answer.request === "GET of a registration" && isSuccess(answer),
    );
  }),
  {
    id: "secrets.in-errors",
    title: "No error answer repeats a credential",
    section: rfc(6750, "5.3"),
    impact: "Credentials reach the logs and error reports of clients and proxies.",
    remedy: "Write no value of a request and no internal state into an error.",
    run: (target) => {
      const { initialAccessToken } = target.settings;
      const secrets = registered(target).flatMap(credentialsIn);
      if (initialAccessToken !== undefined)
        secrets.push({ name: "the initial access token", value: initialAccessToken });
      for (const answer of target.client.answers) {
        if (isSuccess(answer)) continue;
        const all = answer.text + JSON.stringify([...answer.headers]);
        const found = secrets.find(({ value }) => all.includes(value));
        if (found) return failed(`${answer.request}: the answer has ${found.name}`);
      }
      return passed(`${target.client.answers.length} answers looked at`);
    },
  },
  {
    id: "secrets.in-urls",
    title: "registration_client_uri holds no credential",
    section: rfc(6750, "5.3"),
    impact: "Credentials in URLs get into the logs of servers, proxies and browsers.",
    remedy: "Accept the registration access token only in the Authorization header.",
    run: (target) => {
      const answers = registered(target);
      if (answers.length === 0) return skipped("no client was registered");
      const odd = answers.some((answer) => {
        const uri = objectIn(answer)["registration_client_uri"];
        return (
          typeof uri === "string" && credentialsIn(answer).some(({ value }) => decoded(uri).includes(value))
        );
      });
      return odd ? failed("it holds the token or the secret") : passed("it holds none");
    },
  },
  {
    id: "secrets.in-metadata",
    title: "The metadata publishes no credential",
    section: rfc(8414, "6"),
    impact: "Anyone can read the credential.",
    remedy: "Remove the member from the metadata, and replace the credential.",
    run: async (target) => {
      const { metadata } = await target.discovery();
      const names = Object.keys(metadata).filter((name) =>
        /^(?:client_secret|registration_access_token|initial_access_token|private_key)$/.test(name),
      );
      return names.length === 0 ? passed("none was found") : failed(`it has ${names.join(", ")}`);
    },
  },
  {
    id: "secrets.internals",
    title: "No answer shows internals of the server",
    section: rfc(9110, "17.12"),
    impact:
      "Stack traces and database errors tell an attacker which software runs, and where its mistakes are.",
    remedy: "Log the cause on the server. Answer with a text that you wrote.",
    run: (target) => {
      const odd = target.client.answers.find(({ text }) => INTERNALS.some((words) => text.includes(words)));
      return odd
        ? warned(`${odd.request}: ${shown(odd.text)}`)
        : passed(`${target.client.answers.length} answers looked at`);
    },
  },
];

const INTERNALS = [
  "node_modules/",
  "at async ",
  "at Object.<anonymous>",
  "Traceback (most recent call last)",
  "SQLITE_",
  "SQLSTATE",
  "Unexpected token",
  ".java:",
];

function cacheCheck(
  id: string,
  subject: string,
  answersOf: (target: Target) => Promise<readonly Answer[]>,
): Check {
  return {
    id,
    title: `${subject} that holds a credential has Cache-Control: no-store`,
    section: rfc(7591, "3.2.1"),
    impact: "The credential stays in a cache of the browser or of a proxy.",
    remedy: "Send Cache-Control: no-store.",
    run: async (target): Promise<Verdict> => {
      const answers = (await answersOf(target)).filter((answer) => credentialsIn(answer).length > 0);
      if (answers.length === 0) return skipped("no such answer holds a credential");
      const values = answers.map(({ headers }) => headers.get("cache-control"));
      const odd = values.find((value) => !/\bno-store\b/i.test(value ?? ""));
      if (odd === undefined) return passed(`${answers.length} answers looked at`);
      const said = `Cache-Control: ${shown(odd)}`;
      return /\b(?:public|max-age=[1-9])/i.test(odd ?? "") ? failed(said) : warned(said);
    },
  };
}

/** The answers to all registrations that were accepted. */
function registered(target: Target): readonly Answer[] {
  return target.client.answers.filter(
    (answer) =>
      answer.request.startsWith("POST ") && isSuccess(answer) && objectIn(answer)["client_id"] !== undefined,
  );
}

function credentialsIn(answer: Answer): { readonly name: string; readonly value: string }[] {
  const members = objectIn(answer);
  return CREDENTIALS.flatMap((name) => {
    const value = members[name];
    return typeof value === "string" && value !== "" ? [{ name, value }] : [];
  });
}

/** Whether each identifier is a number, in any base up to 36 and behind a common start, that is near the one before. */
function areCounted(ids: readonly string[]): boolean {
  const [first = ""] = ids;
  let same = 0;
  while (same < first.length && ids.every((id) => id[same] === first[same])) same += 1;
  const numbers = ids.map((id) => Number.parseInt(`0${id.slice(same)}`, 36));
  if (new Set(ids).size < ids.length || numbers.some((number) => !Number.isSafeInteger(number))) return false;
  return numbers.every((number, i) => i === 0 || Math.abs(number - (numbers[i - 1] ?? 0)) <= 1_000);
}

/** A value as text. `String` would call what a server named `toString`. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}
