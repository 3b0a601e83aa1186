import { expect, it } from "vitest";
import type { RegisteredClient } from "../../src/store/records.js";
import { clientInformationResponse } from "../../src/registration-endpoint/client-information-response.js";
import { TABLE } from "../client-metadata/assess.js";

const CLIENT: RegisteredClient = {
  clientId: "client",
  clientIdIssuedAt: 1,
  version: 1,
  status: "pending",
  requirements: {},
  origin: { source: "open", policies: [] },
  metadata: {
    client_name: "A client",
    "client_name#ja": "名前",
    internal_note: "not for the client",
    client_id: "other",
  },
};

it("shows the members that the table knows, whatever else a store put on the record", () => {
  expect(clientInformationResponse(CLIENT, {}, { rules: { members: TABLE } })).toEqual({
    client_name: "A client",
    "client_name#ja": "名前",
    client_id: "client",
    client_id_issued_at: 1,
  });
});
