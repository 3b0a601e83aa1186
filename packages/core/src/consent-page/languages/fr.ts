import type { PageTexts } from "../page-texts.js";

export const fr: PageTexts = {
  direction: "ltr",
  heading: "Autoriser l’accès à votre compte ?",
  account: "Connecté en tant que {account}",
  goesTo: "L’accès est accordé à",
  loopbackDestination: "Un programme sur cet appareil",
  privateUseDestination: "Une application sur cet appareil",
  privateUseLinks: "L’application qui ouvre les liens {scheme}",
  tiers: {
    unknown: { title: "Non vérifié", text: "Personne n’a vérifié qui exploite cette application." },
    domain_verified: {
      title: "Domaine vérifié",
      text: "Le propriétaire du domaine confirme cette application.",
    },
    approved: { title: "Examinée", text: "Ce service a examiné cette application." },
    first_party: { title: "Application officielle", text: "Cette application appartient à ce service." },
  },
  domainSince: "{domain} confirme cette application depuis le {date}",
  warningsHeading: "À vérifier avant de continuer",
  warnings: {
    loopback: {
      title: "N’importe quel programme sur cet appareil pourrait recevoir cet accès",
      text: "N’autorisez que si vous venez de lancer vous-même cette connexion, dans un programme auquel vous faites confiance.",
    },
    private_use_scheme: {
      title: "Une autre application pourrait recevoir cet accès",
      text: "Toute application sur cet appareil peut s’approprier les liens {scheme}. N’autorisez que si vous venez de lancer vous-même cette connexion.",
    },
    look_alike_name: {
      title: "Le nom ressemble à celui d’une application connue",
      text: "Rien n’indique qu’il s’agit bien de cette application. Si vous ne connaissez pas l’adresse ci-dessus, refusez.",
    },
    look_alike_host: {
      title: "L’adresse imite celle de votre appareil",
      text: "C’est un serveur sur Internet. Si vous ne le connaissez pas, refusez.",
    },
    other_host: {
      title: "L’accès est accordé à une autre adresse",
      text: "L’application s’identifie comme {host}, mais l’accès est accordé à {destination}.",
    },
    new_destination: {
      title: "L’accès est accordé à une nouvelle destination",
      text: "Vous avez déjà autorisé cette application, mais l’accès était alors accordé ailleurs. N’autorisez que si vous vous y attendez.",
    },
    scopes_widened: {
      title: "Davantage d’accès qu’auparavant",
      text: "Vous avez déjà autorisé cette application. Elle en demande maintenant davantage.",
    },
  },
  verifiedHeading: "Vérifié au sujet de cette application",
  claimed: {
    title: "Ce que l’application dit d’elle-même",
    text: "Personne n’a vérifié ces informations. Toute application peut les donner.",
  },
  verified: "Vérifié",
  notVerified: "Non vérifié",
  members: {
    client_name: "Nom",
    organization_name: "Organisation",
    description: "Description",
    client_uri: "Site web",
    organization_uri: "Site web de l’organisation",
    information_uri: "Informations",
    contacts: "Contact",
    tos_uri: "Conditions d’utilisation",
    policy_uri: "Règles de confidentialité",
  },
  noName: "Cette application ne donne pas de nom",
  publishedAt: "S’identifie comme",
  scopesHeading: "Cette application pourra",
  noScopes: "Cette application ne demande aucune autorisation particulière.",
  newScope: "Nouveau",
  chooseScopes: "Vous pouvez décocher ce que vous ne voulez pas autoriser.",
  allow: "Autoriser",
  deny: "Refuser",
  errors: {
    unknown_client: {
      title: "Application inconnue",
      text: "Ce service ne connaît pas, ou plus, l’application qui vous a envoyé ici. Supprimez la connexion dans l’application, puis reconnectez-la.",
    },
    not_allowed: {
      title: "Application non autorisée",
      text: "L’application qui vous a envoyé ici ne peut pas être utilisée pour le moment. Adressez-vous aux responsables de ce service.",
    },
    unknown_redirect_uri: {
      title: "Adresse inconnue",
      text: "L’application veut vous rediriger vers une adresse qu’elle n’a pas enregistrée. Pour votre sécurité, vous restez ici.",
    },
    page_expired: {
      title: "Cette page a expiré",
      text: "Rien n’a été autorisé. Revenez à l’application et recommencez.",
    },
    unavailable: {
      title: "Réessayez plus tard",
      text: "Ce service ne peut pas rechercher l’application pour le moment. Réessayez dans quelques minutes.",
    },
  },
  refused: {
    title: "La demande a été refusée",
    text: "Rien n’a été autorisé. Si vous venez d’une application, vous pouvez y revenir.",
  },
  goBack: "Revenir à l’application",
};
