import { firstRegistration } from "./first-registration.js";
import type { RunningServer } from "./serve.js";
import type { AuditTarget } from "../settings/audit-targets.js";
import type { DocumentSettings } from "../settings/document-settings.js";
import type { RateLimit, Settings } from "../settings/settings.js";

/** What the operator is told at the start: where, and one line to paste that registers a client. */
export function banner(
  { origin, registration, place, isProtected, metricsUrl, console: operators }: RunningServer,
  settings: Settings,
): string {
  const metadata = registration.authorizationServerMetadata;
  // The issuer may lead to a proxy that does not stand yet.
  const endpoint = origin + new URL(metadata.registration_endpoint).pathname;
  return [
    `oauth-dcr listens on ${origin}`,
    `  issuer    ${metadata.issuer}`,
    `  data      ${place}`,
    `  limits    ${limitsOf(settings)}`,
    `            ${connectionsOf(settings)}`,
    ...(metricsUrl === undefined ? [] : [`  metrics   ${metricsUrl}`]),
    ...(settings.config === undefined ? [] : [`  config    ${settings.config}`]),
    ...(settings.hold
      ? [
          "  hold      --hold on: the policy hold_for_approval holds open registrations until oauth-dcr clients approve ID",
        ]
      : []),
    ...(settings.documents ? documentsOf(settings.documents) : []),
    `  try       ${firstRegistration(registration, endpoint, isProtected)}`,
    ...(operators ? [`  console   ${operators.signInLink() ?? operators.origin}`] : []),
    ...settings.webhooks.map(({ name }) => `  webhook   ${name}`),
    ...(isProtected ? ["  token     oauth-dcr token issue, with the same --database"] : []),
    ...(settings.lifecycle.unusedTtlSeconds === undefined
      ? []
      : [
          `  note      a client ends ${settings.lifecycle.unusedTtlSeconds}s after it was registered, unless the authorization server records its use`,
          "            (recordClientUse, on the same database); where it records none, give --unused-ttl off --quota off",
        ]),
    ...(metadata.token_endpoint === undefined
      ? [
          "  note      the metadata names no authorization and token endpoint yet: --authorization-endpoint, --token-endpoint",
        ]
      : []),
  ].join("\n");
}

/** How many rules are told one by one. */
const SHOWN_RULES = 5;

function documentsOf({ admission, privateUrls }: DocumentSettings): readonly string[] {
  const rules = admission.slice(-SHOWN_RULES).map(({ match, verdict }) => `${verdict}:${match}`);
  const others = admission.length > SHOWN_RULES ? [`… (${admission.length} rules)`] : [];
  const told = [
    "--client-id-metadata-documents on",
    `--document-admission ${[...others, ...rules].join(" ")}`,
    ...(privateUrls.length > 0 ? [`--private-document-urls ${privateUrls.join(" ")}`] : []),
  ];
  return [
    `  documents ${told.join(", ")}`,
    "            the authorization server resolves them: findClient with the same rules, on the same database",
  ];
}

/** What a misspelt variable would leave at its default, as the flags that say so. */
function limitsOf({
  rateLimit,
  globalRateLimit,
  redis,
  quota,
  totalQuota,
  maxBody,
  lifecycle,
  audit,
}: Settings): string {
  const seconds = (ttl: number | undefined): string => (ttl === undefined ? "off" : `${ttl}s`);
  const told = (limit: RateLimit | undefined): string =>
    limit ? `${limit.limit}/${limit.windowSeconds}` : "off";
  return [
    `--rate-limit ${told(rateLimit)}${redis === undefined ? "" : " (Redis)"}`,
    `--global-rate-limit ${told(globalRateLimit)}`,
    `--quota ${quota ?? "off"}`,
    `--total-quota ${totalQuota ?? "off"}`,
    `--max-body ${maxBody}`,
    `--unused-ttl ${seconds(lifecycle.unusedTtlSeconds)}`,
    `--idle-ttl ${seconds(lifecycle.idleTtlSeconds)}`,
    `--audit ${audit.map(nameOf).join(",")}`,
  ].join(", ");
}

function connectionsOf({ maxConnections, maxConnectionsPerAddress, ipv6PrefixLength }: Settings): string {
  const perAddress = maxConnectionsPerAddress ?? "off";
  return `--max-connections ${maxConnections}, --max-connections-per-address ${perAddress}, --ipv6-prefix ${ipv6PrefixLength}`;
}

function nameOf(target: AuditTarget): string {
  if (typeof target === "string") return target;
  return target.file === undefined ? `database:${target.database}` : `file:${target.file}`;
}
