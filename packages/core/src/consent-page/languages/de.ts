import type { PageTexts } from "../page-texts.js";

export const de: PageTexts = {
  direction: "ltr",
  heading: "Zugriff auf Ihr Konto erlauben?",
  account: "Angemeldet als {account}",
  goesTo: "Zugriff erhält",
  loopbackDestination: "Ein Programm auf diesem Gerät",
  privateUseDestination: "Eine App auf diesem Gerät",
  privateUseLinks: "Die App, die {scheme}-Links öffnet",
  tiers: {
    unknown: { title: "Nicht überprüft", text: "Niemand hat geprüft, wer diese App betreibt." },
    domain_verified: {
      title: "Domain bestätigt",
      text: "Der Inhaber der Domain bestätigt diese App.",
    },
    approved: { title: "Geprüft", text: "Dieser Dienst hat die App geprüft." },
    first_party: { title: "Offizielle App", text: "Diese App gehört zu diesem Dienst." },
  },
  domainSince: "{domain} bestätigt diese App seit dem {date}",
  warningsHeading: "Bitte prüfen Sie, bevor Sie fortfahren",
  warnings: {
    loopback: {
      title: "Jedes Programm auf diesem Gerät könnte den Zugriff erhalten",
      text: "Erlauben Sie den Zugriff nur, wenn Sie diese Anmeldung gerade selbst in einem Programm gestartet haben, dem Sie vertrauen.",
    },
    private_use_scheme: {
      title: "Eine andere App könnte den Zugriff erhalten",
      text: "Jede App auf diesem Gerät kann {scheme}-Links für sich beanspruchen. Erlauben Sie den Zugriff nur, wenn Sie diese Anmeldung gerade selbst gestartet haben.",
    },
    look_alike_name: {
      title: "Der Name ähnelt dem einer bekannten App",
      text: "Nichts belegt, dass es wirklich diese App ist. Wenn Sie die Adresse oben nicht kennen, lehnen Sie ab.",
    },
    look_alike_host: {
      title: "Die Adresse sieht nur so aus wie Ihr eigenes Gerät",
      text: "Es ist ein Server im Internet. Wenn Sie ihn nicht kennen, lehnen Sie ab.",
    },
    other_host: {
      title: "Der Zugriff geht an eine andere Adresse",
      text: "Die App weist sich als {host} aus, der Zugriff geht aber an {destination}.",
    },
    new_destination: {
      title: "Der Zugriff geht an ein neues Ziel",
      text: "Sie haben diese App früher zugelassen, doch damals ging der Zugriff an ein anderes Ziel. Erlauben Sie ihn nur, wenn Sie das erwarten.",
    },
    scopes_widened: {
      title: "Mehr Zugriff als bisher",
      text: "Sie haben diese App früher zugelassen. Jetzt verlangt sie mehr.",
    },
  },
  verifiedHeading: "Über diese App bestätigt",
  claimed: {
    title: "Was die App über sich selbst angibt",
    text: "Niemand hat diese Angaben geprüft. Jede App kann sie machen.",
  },
  verified: "Bestätigt",
  notVerified: "Nicht überprüft",
  members: {
    client_name: "Name",
    organization_name: "Organisation",
    description: "Beschreibung",
    client_uri: "Website",
    organization_uri: "Website der Organisation",
    information_uri: "Informationen",
    contacts: "Kontakt",
    tos_uri: "Nutzungsbedingungen",
    policy_uri: "Datenschutzerklärung",
  },
  noName: "Diese App nennt keinen Namen",
  publishedAt: "Weist sich aus als",
  scopesHeading: "Diese App erhält folgende Berechtigungen",
  noScopes: "Diese App verlangt keine bestimmte Berechtigung.",
  newScope: "Neu",
  chooseScopes: "Sie können abwählen, was Sie nicht erlauben möchten.",
  allow: "Erlauben",
  deny: "Ablehnen",
  errors: {
    unknown_client: {
      title: "Unbekannte App",
      text: "Dieser Dienst kennt die App nicht, die Sie hierher geschickt hat. Entfernen Sie in der App die Verbindung und verbinden Sie sich neu.",
    },
    not_allowed: {
      title: "App nicht zugelassen",
      text: "Die App, die Sie hierher geschickt hat, kann derzeit nicht verwendet werden. Wenden Sie sich an den Betreiber dieses Dienstes.",
    },
    unknown_redirect_uri: {
      title: "Unbekannte Adresse",
      text: "Die App will Sie an eine Adresse weiterleiten, die sie nicht registriert hat. Zu Ihrer Sicherheit bleiben Sie hier.",
    },
    page_expired: {
      title: "Diese Seite ist abgelaufen",
      text: "Es wurde nichts erlaubt. Gehen Sie zurück zur App und beginnen Sie von vorn.",
    },
    unavailable: {
      title: "Versuchen Sie es später erneut",
      text: "Dieser Dienst kann die Angaben zur App derzeit nicht abrufen. Versuchen Sie es in einigen Minuten erneut.",
    },
  },
  refused: {
    title: "Die Anfrage wurde abgelehnt",
    text: "Es wurde nichts erlaubt. Wenn Sie gerade aus einer App kommen, können Sie zu ihr zurückkehren.",
  },
  goBack: "Zurück zur App",
};
