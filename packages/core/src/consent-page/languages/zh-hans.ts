import type { PageTexts } from "../page-texts.js";

export const zhHans: PageTexts = {
  direction: "ltr",
  heading: "允许访问您的账号？",
  account: "当前登录账号：{account}",
  goesTo: "访问权限将授予",
  loopbackDestination: "此设备上的程序",
  privateUseDestination: "此设备上的应用",
  privateUseLinks: "打开 {scheme} 链接的应用",
  tiers: {
    unknown: { title: "未经验证", text: "尚无人核实此应用的运营者。" },
    domain_verified: { title: "域名已验证", text: "域名所有者已确认此应用。" },
    approved: { title: "已审核", text: "本服务已审核此应用。" },
    first_party: { title: "官方应用", text: "此应用由本服务提供。" },
  },
  domainSince: "{domain} 自 {date} 起确认此应用",
  warningsHeading: "继续之前请核对",
  warnings: {
    loopback: {
      title: "此设备上的任何程序都可能获得访问权限",
      text: "仅当您刚刚在信任的程序中亲自发起此次登录时，才选择允许。",
    },
    private_use_scheme: {
      title: "其他应用可能获得访问权限",
      text: "此设备上的任何应用都可以声明由其打开 {scheme} 链接。仅当您刚刚亲自发起此次登录时，才选择允许。",
    },
    look_alike_name: {
      title: "名称与某个知名应用相似",
      text: "没有任何信息能证明它就是该应用。如果您不认识上方的地址，请拒绝。",
    },
    look_alike_host: {
      title: "该地址只是看起来像您自己的设备",
      text: "它实际上是互联网上的服务器。如果您不认识它，请拒绝。",
    },
    other_host: {
      title: "访问权限将授予另一个地址",
      text: "此应用自称是 {host}，但访问权限将授予 {destination}。",
    },
    new_destination: {
      title: "访问权限将授予新的目标",
      text: "您之前允许过此应用，但当时授予的是另一个目标。仅当您清楚原因时，才选择允许。",
    },
    scopes_widened: {
      title: "请求的权限比之前更多",
      text: "您之前允许过此应用，现在它请求更多权限。",
    },
  },
  verifiedHeading: "此应用的已验证信息",
  claimed: { title: "此应用的自述信息", text: "这些信息未经核实，任何应用都可以随意填写。" },
  verified: "已验证",
  notVerified: "未经验证",
  members: {
    client_name: "名称",
    organization_name: "组织",
    description: "说明",
    client_uri: "网站",
    organization_uri: "组织网站",
    information_uri: "信息",
    contacts: "联系方式",
    tos_uri: "服务条款",
    policy_uri: "隐私政策",
  },
  noName: "此应用未提供名称",
  publishedAt: "自称是",
  scopesHeading: "此应用将可以",
  noScopes: "此应用未请求特定权限。",
  newScope: "新增",
  chooseScopes: "您可以取消勾选不想允许的项目。",
  allow: "允许",
  deny: "拒绝",
  errors: {
    unknown_client: {
      title: "未知应用",
      text: "本服务不认识将您带到此处的应用，或者该应用已被移除。请在该应用中删除连接，然后重新连接。",
    },
    not_allowed: {
      title: "应用未获允许",
      text: "将您带到此处的应用目前无法使用。请联系本服务的运营者。",
    },
    unknown_redirect_uri: {
      title: "未知地址",
      text: "该应用想将您转到一个未经其注册的地址。为了您的安全，您将留在此页面。",
    },
    page_expired: {
      title: "此页面已过期",
      text: "未授予任何权限。请返回应用重新开始。",
    },
    unavailable: {
      title: "请稍后再试",
      text: "本服务暂时无法查询该应用。请过几分钟再试。",
    },
  },
  refused: {
    title: "请求已被拒绝",
    text: "未授予任何权限。如果您刚从某个应用过来，可以返回该应用。",
  },
  goBack: "返回应用",
};
