import { tokenHash } from "../crypto/token-hash.js";

/** What a domain publishes to vouch for a client, in one of two places. Nothing in it is secret. */
export interface DomainChallenge {
  /** The host name that the client's URLs have, in lower case. */
  readonly domain: string;
  /** The text to publish: `oauth-dcr-client=` and 64 hexadecimal digits. */
  readonly text: string;
  /** The name of the TXT record, one of whose values is the text. Others may stand beside it. */
  readonly txtName: string;
  /** The file, of type `text/plain` and at most 1 KiB, one of whose lines is the text. */
  readonly fileUrl: string;
}

/**
 * What vouches for one client, at one issuer, from one domain. It is the same whenever it is asked for, so that nothing has to
 * be stored for a stranger. Whoever copies it to another domain, or sends it for another client, proves nothing. Its name and
 * URL hold nothing of it: what echoes them does not vouch.
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
