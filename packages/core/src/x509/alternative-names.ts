import { SubjectAlternativeNameExtension, type X509Certificate } from "./x509.js";

/** The subject alternative names of one kind. */
export function alternativeNames(
  certificate: X509Certificate,
  kind: "dns" | "url" | "ip" | "email",
): readonly string[] {
  const names = certificate.getExtension(SubjectAlternativeNameExtension)?.names.items ?? [];
  return names.filter(({ type }) => type === kind).map(({ value }) => value);
}
