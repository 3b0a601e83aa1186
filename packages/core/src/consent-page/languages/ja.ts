import type { PageTexts } from "../page-texts.js";

export const ja: PageTexts = {
  direction: "ltr",
  heading: "アカウントへのアクセスを許可しますか？",
  account: "{account} としてログイン中",
  goesTo: "アクセス権の送信先",
  loopbackDestination: "このデバイス上のプログラム",
  privateUseDestination: "このデバイス上のアプリ",
  privateUseLinks: "{scheme} リンクを開くアプリ",
  tiers: {
    unknown: { title: "未確認", text: "このアプリの運営者は確認されていません。" },
    domain_verified: {
      title: "ドメイン確認済み",
      text: "ドメインの所有者がこのアプリを承認しています。",
    },
    approved: { title: "審査済み", text: "このサービスがこのアプリを審査しました。" },
    first_party: { title: "公式アプリ", text: "このサービスが提供するアプリです。" },
  },
  domainSince: "{date}から {domain} がこのアプリを承認しています",
  warningsHeading: "続行する前に確認してください",
  warnings: {
    loopback: {
      title: "このデバイス上の別のプログラムがアクセス権を受け取る可能性があります",
      text: "信頼できるプログラムから、ご自身でこのログインを始めた場合にのみ許可してください。",
    },
    private_use_scheme: {
      title: "別のアプリがアクセス権を受け取る可能性があります",
      text: "{scheme} リンクは、このデバイス上のどのアプリでも開けるように設定できます。ご自身でこのログインを始めた場合にのみ許可してください。",
    },
    look_alike_name: {
      title: "よく知られたアプリに似た名前です",
      text: "本物のアプリであることは確認されていません。上のアドレスに心当たりがない場合は、拒否してください。",
    },
    look_alike_host: {
      title: "このデバイスのように見えるアドレスです",
      text: "実際にはインターネット上のサーバーです。心当たりがない場合は、拒否してください。",
    },
    other_host: {
      title: "アクセス権が別のアドレスに送信されます",
      text: "このアプリは {host} と名乗っていますが、アクセス権は {destination} に送信されます。",
    },
    new_destination: {
      title: "アクセス権の送信先が以前と異なります",
      text: "以前このアプリを許可したときとは送信先が異なります。心当たりがある場合にのみ許可してください。",
    },
    scopes_widened: {
      title: "以前より多くのアクセス権を求めています",
      text: "以前に許可したアプリですが、今回はさらに多くの権限を求めています。",
    },
  },
  verifiedHeading: "このアプリについて確認済みの情報",
  claimed: {
    title: "アプリが自己申告している情報",
    text: "内容は確認されていません。どのアプリでも自由に記載できます。",
  },
  verified: "確認済み",
  notVerified: "未確認",
  members: {
    client_name: "名前",
    organization_name: "組織",
    description: "説明",
    client_uri: "ウェブサイト",
    organization_uri: "組織のウェブサイト",
    information_uri: "情報",
    contacts: "連絡先",
    tos_uri: "利用規約",
    policy_uri: "プライバシーポリシー",
  },
  noName: "このアプリには名前がありません",
  publishedAt: "アプリが名乗るアドレス",
  scopesHeading: "このアプリに許可される操作",
  noScopes: "このアプリは特定の権限を求めていません。",
  newScope: "新規",
  chooseScopes: "許可しない項目のチェックを外せます。",
  allow: "許可",
  deny: "拒否",
  errors: {
    unknown_client: {
      title: "不明なアプリ",
      text: "このページを開いたアプリは、このサービスに登録されていないか、登録が削除されています。アプリで接続を削除し、もう一度接続してください。",
    },
    not_allowed: {
      title: "利用できないアプリ",
      text: "このページを開いたアプリは、現在利用できません。このサービスの運営者にお問い合わせください。",
    },
    unknown_redirect_uri: {
      title: "不明なアドレス",
      text: "アプリが、登録されていないアドレスに移動させようとしています。安全のため、移動を中止しました。",
    },
    page_expired: {
      title: "このページの有効期限が切れました",
      text: "何も許可されていません。アプリに戻って、もう一度やり直してください。",
    },
    unavailable: {
      title: "しばらくしてからもう一度お試しください",
      text: "現在、アプリの情報を確認できません。数分後にもう一度お試しください。",
    },
  },
  refused: {
    title: "リクエストは拒否されました",
    text: "何も許可されていません。アプリから来た場合は、アプリに戻ることができます。",
  },
  goBack: "アプリに戻る",
};
