import { toNodeHandler } from "@oauth-dcr/node";
import express from "express";
import fastify from "fastify";
import { listening, overHttp2 } from "./support/targets.js";
import { through } from "./support/through.js";

through("web", (registration) => ({
  fetch: (path, init) => registration.fetch(new Request(`https://as.example${path}`, init)),
}));

through("node:http", (registration) => listening(toNodeHandler(registration)));

through("node:http2", overHttp2);

through("Express", (registration) => listening(express().use(toNodeHandler(registration))));

through(
  "Express, behind express.json()",
  (registration) => listening(express().use(express.json({ strict: false }), toNodeHandler(registration))),
  { body: "parsed" },
);

through(
  "Express, behind express.raw()",
  (registration) =>
    listening(express().use(express.raw({ type: "application/json" }), toNodeHandler(registration))),
  { body: "read" },
);

through(
  "Express, behind express.text()",
  (registration) =>
    listening(express().use(express.text({ type: "application/json" }), toNodeHandler(registration))),
  // It puts a question mark in the place of what is not UTF-8.
  { body: "parsed" },
);

through("Fastify", async (registration) => {
  const handler = toNodeHandler(registration);
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
