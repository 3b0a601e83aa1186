import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import express, { type RequestHandler } from "express";
import { z } from "zod";

function mcpServer(): McpServer {
  const server = new McpServer({ name: "oauth-dcr example", version: "0.0.0" });
  const greet = { description: "Greets somebody", inputSchema: { name: z.string() } };
  server.registerTool("greet", greet, ({ name }, { authInfo }) => ({
    content: [{ type: "text", text: `Hello ${name}, says ${authInfo?.clientId ?? "nobody"}` }],
  }));
  return server;
}

/** A server and a transport for each request, so that nothing is kept between two. Goes behind `requireBearerAuth`. */
export function mcpEndpoint(): RequestHandler[] {
  const serve: RequestHandler = async (req, res) => {
    // Without a generator of session identifiers, the transport keeps no session.
    const transport = new StreamableHTTPServerTransport({});
    const server = mcpServer();
    res.on("close", () => void server.close());
    await server.connect(transport);
    await transport.handleRequest(req, res, req.body);
  };
  return [express.json(), serve];
}
