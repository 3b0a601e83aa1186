import { tokenHash } from "../crypto/token-hash.js";

/** What the owner of a domain publishes to vouch for a client, in one of two places. Nothing in it is secret. */
export interface DomainChallenge {
  /** The host name, as in the client's URLs, in lower case. */
  readonly domain: string;
  /** The text to publish: `oauth-dcr-client=` and 64 hexadecimal digits. */
  readonly text: string;
  /** Where to publish the text as a TXT record: `_oauth-dcr.<domain>`. Other TXT records may be beside it. */
  readonly txtName: string;
  /** Where to publish the text as a line of a file. The file is `text/plain`, at most 1 KiB, without a redirect. */
  readonly fileUrl: string;
}

/**
 * The text by which one domain vouches for one client at one issuer. It is the same on each call, so the server stores nothing
 * for a stranger. A copy at another domain, or for another client, proves nothing. The record name and the URL contain no part
 * of the text, so a server that echoes them does not vouch.
 */
export function domainChallenge(issuer: string, clientId: string, domain: string): DomainChallenge {
  const digest = tokenHash(JSON.stringify(["oauth-dcr domain verification", issuer, clientId, domain]));
  return {
    domain,
    text: `oauth-dcr-client=${digest}`,
    txtName: `_oauth-dcr.${domain}`,
    fileUrl: `https://${domain}/.well-known/oauth-dcr-clients.txt`,
  };
}
