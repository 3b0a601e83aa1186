export { clientAuthenticationResponse, unknownClientPage } from "./client-answers.js";
export type { EndpointRequest } from "./endpoint-request.js";
export type { EndpointAnswer } from "./endpoint-answer.js";
export type { AnswerHandler, FetchHandler } from "./fetch-handler.js";
export { forwardedClientAddress, trustedProxyCount } from "../access/request-context.js";
export { addressKey } from "../rate-limit/address-key.js";
