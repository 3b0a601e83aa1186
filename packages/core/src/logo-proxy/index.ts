export { logoProxy, type LogoProxy, type LogoProxyOptions } from "./logo-proxy.js";
