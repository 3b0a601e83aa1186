export { udapSoftwareStatements, type UdapSoftwareStatementsOptions } from "./udap-software-statements.js";
