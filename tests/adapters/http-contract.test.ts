import { toNodeHandler } from "@oauth-dcr/node";
import express from "express";
import fastify from "fastify";
import { listening, overHttp2 } from "./support/targets.js";
import { through } from "./support/through.js";

through("web", (desk) => ({
  fetch: (path, init) => desk.fetch(new Request(`https://as.example${path}`, init)),
}));

through("node:http", (desk) => listening(toNodeHandler(desk)));

through("node:http2", overHttp2);

through("Express", (desk) => listening(express().use(toNodeHandler(desk))));

through(
  "Express, behind express.json()",
  (desk) => listening(express().use(express.json({ strict: false }), toNodeHandler(desk))),
  { body: "parsed" },
);

through(
  "Express, behind express.raw()",
  (desk) => listening(express().use(express.raw({ type: "application/json" }), toNodeHandler(desk))),
  { body: "read" },
);

through(
  "Express, behind express.text()",
  (desk) => listening(express().use(express.text({ type: "application/json" }), toNodeHandler(desk))),
  // It puts a question mark in the place of what is not UTF-8.
  { body: "parsed" },
);

through("Fastify", async (desk) => {
  const handler = toNodeHandler(desk);
  const app = fastify();
  // Before Fastify reads the body.
  app.addHook("onRequest", (request, reply) => {
    reply.hijack();
    handler(request.raw, reply.raw);
    return Promise.resolve();
  });
  app.all("/*", () => undefined);
  await app.ready();
  return listening((req, res) => app.routing(req, res));
});
