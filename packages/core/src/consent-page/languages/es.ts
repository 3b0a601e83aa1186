import type { PageTexts } from "../page-texts.js";

export const es: PageTexts = {
  direction: "ltr",
  heading: "¿Permitir el acceso a tu cuenta?",
  account: "Has iniciado sesión como {account}",
  goesTo: "El acceso se concede a",
  loopbackDestination: "Un programa de este dispositivo",
  privateUseDestination: "Una aplicación de este dispositivo",
  privateUseLinks: "La aplicación que abre los enlaces {scheme}",
  tiers: {
    unknown: { title: "Sin verificar", text: "Nadie ha comprobado quién gestiona esta aplicación." },
    domain_verified: {
      title: "Dominio verificado",
      text: "El propietario del dominio confirma esta aplicación.",
    },
    approved: { title: "Revisada", text: "Este servicio ha revisado esta aplicación." },
    first_party: { title: "Aplicación oficial", text: "Esta aplicación pertenece a este servicio." },
  },
  domainSince: "{domain} confirma esta aplicación desde el {date}",
  warningsHeading: "Comprueba esto antes de continuar",
  warnings: {
    loopback: {
      title: "Cualquier programa de este dispositivo podría recibir este acceso",
      text: "Permítelo solo si acabas de iniciar esta sesión tú mismo desde un programa en el que confías.",
    },
    private_use_scheme: {
      title: "Otra aplicación podría recibir este acceso",
      text: "Cualquier aplicación de este dispositivo puede apropiarse de los enlaces {scheme}. Permítelo solo si acabas de iniciar esta sesión tú mismo.",
    },
    look_alike_name: {
      title: "El nombre se parece al de una aplicación conocida",
      text: "Nada demuestra que sea realmente esa aplicación. Si no conoces la dirección de arriba, deniega el acceso.",
    },
    look_alike_host: {
      title: "La dirección solo parece la de tu dispositivo",
      text: "Es un servidor de Internet. Si no lo conoces, deniega el acceso.",
    },
    other_host: {
      title: "El acceso se concede a otra dirección",
      text: "La aplicación se identifica como {host}, pero el acceso se concede a {destination}.",
    },
    new_destination: {
      title: "El acceso se concede a un destino nuevo",
      text: "Ya permitiste esta aplicación, pero entonces el acceso se concedió a otro destino. Permítelo solo si lo esperas.",
    },
    scopes_widened: {
      title: "Más acceso que antes",
      text: "Ya permitiste esta aplicación. Ahora pide más.",
    },
  },
  verifiedHeading: "Verificado sobre esta aplicación",
  claimed: {
    title: "Lo que la aplicación dice de sí misma",
    text: "Nadie lo ha comprobado. Cualquier aplicación puede decirlo.",
  },
  verified: "Verificado",
  notVerified: "Sin verificar",
  members: {
    client_name: "Nombre",
    organization_name: "Organización",
    description: "Descripción",
    client_uri: "Sitio web",
    organization_uri: "Sitio web de la organización",
    information_uri: "Información",
    contacts: "Contacto",
    tos_uri: "Condiciones del servicio",
    policy_uri: "Política de privacidad",
  },
  noName: "Esta aplicación no da ningún nombre",
  publishedAt: "Se identifica como",
  scopesHeading: "Esta aplicación podrá",
  noScopes: "Esta aplicación no pide ningún permiso en particular.",
  newScope: "Nuevo",
  chooseScopes: "Puedes desmarcar lo que no quieras permitir.",
  allow: "Permitir",
  deny: "Denegar",
  errors: {
    unknown_client: {
      title: "Aplicación desconocida",
      text: "Este servicio no conoce, o ya no conoce, la aplicación que te ha enviado aquí. Elimina la conexión en la aplicación y vuelve a conectarla.",
    },
    not_allowed: {
      title: "Aplicación no permitida",
      text: "La aplicación que te ha enviado aquí no se puede usar en este momento. Consulta a los responsables de este servicio.",
    },
    unknown_redirect_uri: {
      title: "Dirección desconocida",
      text: "La aplicación quiere enviarte a una dirección que no ha registrado. Por tu seguridad, te quedas aquí.",
    },
    page_expired: {
      title: "Esta página ha caducado",
      text: "No se ha permitido nada. Vuelve a la aplicación y empieza de nuevo.",
    },
    unavailable: {
      title: "Inténtalo más tarde",
      text: "Este servicio no puede consultar la aplicación en este momento. Inténtalo de nuevo en unos minutos.",
    },
  },
  refused: {
    title: "La solicitud se ha rechazado",
    text: "No se ha permitido nada. Si acabas de venir de una aplicación, puedes volver a ella.",
  },
  goBack: "Volver a la aplicación",
};
