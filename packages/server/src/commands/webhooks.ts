import type { DeadWebhook } from "@oauth-dcr/store-sql";
import { one, page } from "../command-line/answer.js";
import type { Command, Noun } from "../command-line/command.js";
import { onDatabase } from "../command-line/operator-registration.js";
import { SettingError } from "../settings/setting-error.js";
import type { Column } from "../terminal/table.js";

const listDead: Command = {
  name: "list-dead",
  says: "list the messages that the server no longer tries to deliver, 100 at a time",
  options: { after: { value: "PAGE", says: "the value of next from the previous page" } },
  examples: [["webhooks list-dead", "the first 100 messages"]],
  run(call) {
    const after = call.values["after"];
    if (after !== undefined && !/^[\w.-]{1,100}:\d{1,15}$/.test(after)) {
      throw new SettingError("--after must be the next that an earlier webhooks list-dead printed");
    }
    return onDatabase(call, async (database) => {
      const outbox = await database.openWebhookOutbox();
      const { messages, next } = await outbox.listDead(after);
      return page(messages.map(shownOf), COLUMNS, next);
    });
  },
};

const redeliver: Command = {
  name: "redeliver",
  says: "send an undelivered message again",
  more: "A server that runs on the database with --webhook sends the message within seconds. The exit code is 1 if there was no such message.",
  arguments: [{ name: "ID", says: "the id of one dead message, or all for up to 1,000 of them" }],
  examples: [
    ["webhooks redeliver all", "send everything again that was given up"],
    ["webhooks redeliver msg_2Zk", "send one message again"],
  ],
  run: (call) =>
    onDatabase(call, async (database) => {
      const [id = ""] = call.arguments;
      const outbox = await database.openWebhookOutbox();
      const redelivered = await outbox.redeliver(id === "all" ? undefined : id);
      return { ...one({ redelivered }), exitCode: redelivered > 0 ? 0 : 1 };
    }),
};

const COLUMNS: readonly Column[] = [
  { title: "id", of: ({ id }: DeadWebhook) => id, width: Infinity },
  { title: "endpoint", of: ({ endpoint }: DeadWebhook) => endpoint },
  { title: "given up", of: ({ deadAt }: { readonly deadAt: string }) => deadAt },
  { title: "attempts", of: ({ attempts }: DeadWebhook) => attempts },
  { title: "problem", of: ({ problem }: DeadWebhook) => problem, width: 60 },
];

export const webhooks: Noun = {
  name: "webhooks",
  says: "list and resend undelivered webhook messages",
  commands: [listDead, redeliver],
};

function shownOf({ deadAt, body, ...message }: DeadWebhook): object {
  const payload = JSON.parse(body) as unknown;
  return { ...message, deadAt: new Date(deadAt * 1000).toISOString(), payload };
}
