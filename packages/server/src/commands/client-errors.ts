/** What is said of an id that no client has. */
export const NO_CLIENT =
  "there is no client of that identifier; oauth-dcr clients list shows those that there are";
