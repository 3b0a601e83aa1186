import { expect, test } from "vitest";
import { metadataChanges } from "../../src/audit/metadata-changes.js";
import { REGISTERED_MEMBERS } from "../../src/client-metadata/members.js";
import { goodValue } from "../client-metadata/good-values.js";

test("tells what was added, changed and removed, and shows values of what decides over access alone", () => {
  const before = {
    redirect_uris: ["https://app.example/a?key=hunter2", "https://app.example/b"],
    scope: "read write",
    client_name: "hunter2",
    contacts: ["hunter2@app.example"],
    token_endpoint_auth_method: "none",
  };
  const after = {
    redirect_uris: ["https://app.example/b"],
    scope: "read",
    client_name: "hunter3",
    "client_name#ja": "hunter2",
    token_endpoint_auth_method: "none",
    grant_types: ["authorization_code"],
  };
  expect(metadataChanges(before, after)).toEqual([
    {
      member: "redirect_uris",
      change: "changed",
      from: ["https://app.example/a?\u2026", "https://app.example/b"],
      to: ["https://app.example/b"],
    },
    { member: "scope", change: "changed", from: "read write", to: "read" },
    { member: "client_name", change: "changed" },
    { member: "contacts", change: "removed" },
    { member: "client_name#ja", change: "added" },
    { member: "grant_types", change: "added", to: ["authorization_code"] },
  ]);
});

test("tells nothing of a record that stayed what it was", () => {
  const metadata = Object.fromEntries(REGISTERED_MEMBERS.map((member) => [member.name, goodValue(member)]));
  expect(metadataChanges(metadata, structuredClone(metadata))).toEqual([]);
});
