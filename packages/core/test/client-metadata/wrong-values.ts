import type { MemberKind } from "../../src/client-metadata/member-table.js";
import type { JsonValue } from "../../src/lib/json.js";

const NOT_A_STRING: readonly JsonValue[] = [7, 0, true, false, {}, { a: 1 }, ["x"], [["x"]]];
const NOT_A_LIST_OF_STRINGS: readonly JsonValue[] = [
  "x",
  7,
  true,
  {},
  { 0: "x", length: 1 },
  [7],
  [null],
  [["x"]],
  ["x", {}],
];

/** Values of the wrong type or shape for each kind. */
export const WRONG: Readonly<Record<MemberKind, readonly JsonValue[]>> = {
  text: NOT_A_STRING,
  text_list: NOT_A_LIST_OF_STRINGS,
  token: [...NOT_A_STRING, "two words", 'quo"te', "back\\slash", "\u00e4", "line\n"],
  token_list: [...NOT_A_LIST_OF_STRINGS, ["two words"], [""], ["ok", "\t"]],
  boolean: ["true", "false", 0, 1, {}, [true]],
  seconds: ["60", -1, 1.5, 1e300, 2 ** 53, true, {}, [60]],
  application_type: [...NOT_A_STRING, "other", "Web"],
  subject_type: [...NOT_A_STRING, "other", "PUBLIC"],
  scope: [...NOT_A_STRING, 'quo"te'],
  page_uri: [...NOT_A_STRING, "not a uri", "/relative", "https://", "app.example"],
  https_uri: [...NOT_A_STRING, "not a uri", "http://app.example/", "//app.example/"],
  document_uri: [
    ...NOT_A_STRING,
    ...["not a uri", "http://app.example/", "https://127.0.0.1/", "https://[fd00::1]/", "https://localhost/"],
    ...["https://10.0.0.1/", "https://169.254.169.254/", "https://intranet/", "https://app.internal/"],
    "https://app.example/#fragment",
  ],
  document_uri_list: [
    ...NOT_A_LIST_OF_STRINGS,
    ["http://app.example/"],
    ["https://app.example/", ""],
    ["https://app.example/", "https://10.0.0.1/#top"],
    ["https://intranet/"],
  ],
  redirect_uri_list: [...NOT_A_LIST_OF_STRINGS, [""], ["/callback"]],
  json_web_key_set: ["{}", 7, true, {}, { keys: [] }, ["x"]],
  object: ["{}", 7, true, ["x"], [{}]],
};
