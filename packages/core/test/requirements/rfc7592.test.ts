import { expect, test } from "vitest";
import { CONFIDENTIAL, managedRegistration, PUBLIC, updateOf } from "../support/managed-registration.js";

test.each([PUBLIC, CONFIDENTIAL])(
  "R7592-19: two who register the same have an identifier and a token each, and neither manages the other: %j",
  async (body) => {
    const { register, send, store } = managedRegistration();
    const same = { ...body, software_id: "editor", software_version: "1" };
    const one = await register(same);
    const other = await register(same);
    expect(one.client_id).not.toBe(other.client_id);
    expect(one.registration_access_token).not.toBe(other.registration_access_token);

    for (const [own, others] of [
      [one, other],
      [other, one],
    ] as const) {
      const before = await store.findClient(own.client_id);
      const uri = own.registration_client_uri;
      const token = others.registration_access_token;
      expect((await send("GET", uri, token)).status).toBe(401);
      expect((await send("PUT", uri, token, updateOf(own))).status).toBe(401);
      expect((await send("PUT", uri, token, updateOf(others))).status).toBe(401);
      expect((await send("DELETE", uri, token)).status).toBe(401);
      expect(await store.findClient(own.client_id)).toEqual(before);
    }

    const renamed = { ...updateOf(one), client_name: "Renamed" };
    const { registration_client_uri: uri, registration_access_token: token } = one;
    expect((await send("PUT", uri, token, renamed)).status).toBe(200);
    const read = () => send("GET", other.registration_client_uri, other.registration_access_token);
    expect((await read()).body["client_name"]).toBe("One");
    expect(
      (await send("DELETE", other.registration_client_uri, other.registration_access_token)).status,
    ).toBe(204);
    expect((await read()).status).toBe(401);
    expect(await store.findClient(one.client_id)).toBeDefined();
  },
);
