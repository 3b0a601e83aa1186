export { allowedScopes, consentPage, type ConsentPageOptions } from "./consent-page.js";
export { type PageRequest } from "./html-page.js";
export { PAGE_TEXTS } from "./languages/index.js";
export { pageLook, type PageLook, type PageLookOptions } from "./page-look.js";
export type { ErrorPageText, LabelledMember, PageTexts, TitledText } from "./page-texts.js";
export type { PageColors, PageTheme } from "./page-theme.js";
export { returnPage } from "./return-page.js";
export type { AnyConsentView } from "./shown-client.js";
