import { describe, expect, test } from "vitest";
import { REGISTERED_MEMBERS } from "../../src/client-metadata/members.js";
import { assess, CALLBACK } from "./assess.js";
import { goodValue } from "./good-values.js";
import { WRONG } from "./wrong-values.js";

describe("the languages of a member (RFC 7591 section 2.2)", () => {
  test.each(REGISTERED_MEMBERS.filter(({ localisable }) => localisable))(
    "R7591-11 $name#ja is judged as $name is",
    (member) => {
      const name = `${member.name}#ja`;
      const good = goodValue(member);
      expect(assess({ ...CALLBACK, [name]: good }).metadata).toHaveProperty([name], good);
      for (const wrong of WRONG[member.kind]) {
        const plain = assess({ ...CALLBACK, [member.name]: wrong }).errors;
        const tagged = assess({ ...CALLBACK, [name]: wrong }).errors;
        expect(tagged).toEqual(plain.map((error) => error.replace(member.name, name)));
        expect(tagged).not.toEqual([]);
      }
    },
  );

  test.each(REGISTERED_MEMBERS.filter(({ localisable }) => !localisable))(
    "R7591-11 $name has none",
    (member) => {
      const { metadata, warnings } = assess({ ...CALLBACK, [`${member.name}#ja`]: goodValue(member) });
      expect(metadata).not.toHaveProperty([`${member.name}#ja`]);
      expect(warnings).toEqual([expect.stringMatching(/ metadata\.unknown$/)]);
    },
  );

  test("R7591-11 the value without a tag stays as it is, beside tagged ones", () => {
    const names = { client_name: "My Client", "client_name#ja": "\u30af\u30e9\u30a4\u30a2\u30f3\u30c8" };
    expect(assess({ ...CALLBACK, ...names }).metadata).toMatchObject(names);
  });
});
