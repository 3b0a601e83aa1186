#!/bin/sh
# Makes the root folder of the container image: Node.js, the libraries that it links, certificates and the server.
# Usage, in a built clone: packages/server/deploy/make-root.sh FOLDER
set -eu
root=$1
node=$(command -v node)
[ ! -e "$root" ] || { echo "make-root.sh: $root exists; name a new folder" >&2; exit 2; }
mkdir -p "$root/app" "$root/usr/local/bin" "$root/etc/ssl/certs" "$root/data"

# The lockfile decides each version. The option makes pnpm copy the packages of this workspace instead of linking them.
npx --yes pnpm@10.34.9 --filter @oauth-dcr/server deploy --prod --config.inject-workspace-packages=true "$root/app"

cp "$(readlink -f "$node")" "$root/usr/local/bin/node"
{ echo "$node"; find "$root/app" -name '*.node'; } | xargs -n 1 ldd | grep -o '/[^ ]*[^ :]' | sort -u | while read -r library; do
  [ -f "$library" ] || continue
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
echo 'oauth-dcr:x:65532:65532::/data:/sbin/nologin' > "$root/etc/passwd"
echo 'hosts: files dns' > "$root/etc/nsswitch.conf"
chmod 0700 "$root/data"
