import type { PageTexts } from "../page-texts.js";

export const en: PageTexts = {
  direction: "ltr",
  heading: "Allow access to your account?",
  account: "Signed in as {account}",
  goesTo: "Access goes to",
  loopbackDestination: "A program on this device",
  privateUseDestination: "An app on this device",
  privateUseLinks: "The app that opens {scheme} links",
  tiers: {
    unknown: { title: "Not verified", text: "This service has not checked who runs this app." },
    domain_verified: { title: "Domain verified", text: "The owner of the domain confirms this app." },
    approved: { title: "Reviewed", text: "This service has reviewed this app." },
    first_party: { title: "Official app", text: "This app belongs to this service." },
  },
  domainSince: "{domain} has confirmed this app since {date}",
  warningsHeading: "Check before you continue",
  warnings: {
    loopback: {
      title: "Any program on this device could receive this access",
      text: "Allow only if you have just started this sign-in yourself, in a program that you trust.",
    },
    private_use_scheme: {
      title: "Another app could receive this access",
      text: "Any app on this device can claim {scheme} links. Allow only if you have just started this sign-in yourself.",
    },
    look_alike_name: {
      title: "The name looks like that of a well-known app",
      text: "Nothing proves that it is that app. If you do not know the address above, choose Deny.",
    },
    look_alike_host: {
      title: "The address only looks like your own device",
      text: "It is a server on the internet. If you do not know it, choose Deny.",
    },
    other_host: {
      title: "Access goes to a different address",
      text: "The app identifies itself as {host}, but access goes to {destination}.",
    },
    new_destination: {
      title: "Access goes somewhere new",
      text: "You allowed this app before, but then access went to another place. Allow only if you expect this.",
    },
    scopes_widened: {
      title: "More access than before",
      text: "You allowed this app before. Now it asks for more.",
    },
  },
  verifiedHeading: "Verified about this app",
  claimed: {
    title: "What the app says about itself",
    text: "This service has not checked these details. Any app can state them.",
  },
  verified: "Verified",
  notVerified: "Not verified",
  members: {
    client_name: "Name",
    organization_name: "Organization",
    description: "Description",
    client_uri: "Website",
    organization_uri: "Organization’s website",
    information_uri: "Information",
    contacts: "Contact",
    tos_uri: "Terms of service",
    policy_uri: "Privacy policy",
  },
  noName: "This app gives no name",
  publishedAt: "Identifies itself as",
  scopesHeading: "This app will be able to",
  noScopes: "This app asks for no particular permission.",
  newScope: "New",
  chooseScopes: "Uncheck what you do not want to allow.",
  allow: "Allow",
  deny: "Deny",
  errors: {
    unknown_client: {
      title: "Unknown app",
      text: "This service does not know the app that sent you here. In the app, remove the connection and connect again.",
    },
    not_allowed: {
      title: "App not allowed",
      text: "The app that sent you here cannot be used at the moment. Ask the people who run this service.",
    },
    unknown_redirect_uri: {
      title: "Unknown address",
      text: "The app that sent you here wants to send you to an address that it has not registered. For your safety, this service does not send you there.",
    },
    page_expired: {
      title: "This page has expired",
      text: "Nothing was allowed. Go back to the app and start again.",
    },
    unavailable: {
      title: "Try again later",
      text: "This service cannot look up the app at the moment. Try again in a few minutes.",
    },
  },
  refused: {
    title: "The request was refused",
    text: "Nothing was allowed. If you have just come from an app, you can go back to it.",
  },
  goBack: "Go back to the app",
};
