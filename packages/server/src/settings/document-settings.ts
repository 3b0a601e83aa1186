import { MisuseError } from "@oauth-dcr/core";
import {
  clientIdMetadataDocuments,
  type ClientIdMetadataDocuments,
  type DocumentAdmissionRule,
} from "@oauth-dcr/core/client-id-metadata-document";
import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
import { pinnedConnection } from "@oauth-dcr/node";
import { onOrOff, words } from "./setting-readers.js";
import { wrong } from "./setting-error.js";
import type { SettingSources } from "./setting-sources.js";
import type { Flag } from "./setting-table.js";

/** Which clients may be known by their documents. */
export interface DocumentSettings {
  readonly admission: readonly DocumentAdmissionRule[];
  readonly privateUrls: readonly string[];
}

/**
 * `undefined` where documents are off.
 *
 * @throws SettingError for a value that makes no sense
 */
export function documentSettings({ given, read }: SettingSources): DocumentSettings | undefined {
  if (!onOrOff("client-id-metadata-documents", read("client-id-metadata-documents"))) {
    for (const flag of ["document-admission", "private-document-urls"] as const) {
      if (given(flag) !== undefined) throw wrong(flag, "needs --client-id-metadata-documents on");
    }
    return undefined;
  }
  const preset = read("preset");
  if (preset === "web-confidential") {
    throw wrong(
      "client-id-metadata-documents",
      "has no use with --preset web-confidential: its clients have secrets, and a document must hold none",
    );
  }
  const rules = given("document-admission");
  if (rules === undefined && preset === "token-gated") {
    throw wrong(
      "document-admission",
      "is required with --preset token-gated: any https URL would be a client without a token",
    );
  }
  const byDefault = onOrOff("hold", read("hold")) ? "hold:*" : "allow:*";
  const settings = {
    admission: admission(rules ?? byDefault),
    privateUrls: words(read("private-document-urls")),
  };
  judged("private-document-urls", () => outgoing(settings));
  judged("document-admission", () => metadataDocuments(settings));
  return settings;
}

/** Takes documents by these settings. */
export function metadataDocuments(settings: DocumentSettings): ClientIdMetadataDocuments {
  return clientIdMetadataDocuments({ guardedFetch: outgoing(settings), admission: settings.admission });
}

const outgoing = ({ privateUrls }: DocumentSettings) =>
  guardedFetch({ connection: pinnedConnection(), privateUrls });

/** Core judges patterns and URLs; its words are told of the setting. */
function judged(flag: Flag, build: () => unknown): void {
  try {
    build();
  } catch (error) {
    if (error instanceof MisuseError)
      throw wrong(
        flag,
        `is refused: ${error.message.replace(/^(clientIdMetadataDocuments\.)?(admission: )?/, "")}`,
      );
    throw error;
  }
}

function admission(text: string): readonly DocumentAdmissionRule[] {
  return words(text).map((rule) => {
    const [, verdict, match = ""] = /^(allow|block|hold):(.+)$/.exec(rule) ?? [];
    if (verdict === "allow" || verdict === "block" || verdict === "hold") return { match, verdict };
    throw wrong(
      "document-admission",
      "must be rules such as block:*.example.com and allow:*, separated by spaces",
    );
  });
}
