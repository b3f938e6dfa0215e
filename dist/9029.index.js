export const id=9029;export const ids=[9029];export const modules={9029:((e,n,t)=>{t.r(n),t.d(n,{plugin:()=>k});var a=t(76760),i=t(85444),s=t(77598),r=t(62807),o=t(94080),l=t(83881);let d={names:["base","own"],body:`seen=0
if [ -f "$base/.fence" ]; then seen=$(cat "$base/.fence"); fi
case $seen in ""|*[!0-9]*) echo "$base/.fence is damaged" >&2; exit 2;; esac
if [ "$seen" -lt "$own" ]; then
  mkdir -p "$base"
  printf %s "$own" >"$base/.fence.$own"
  mv -f "$base/.fence.$own" "$base/.fence"
fi
echo "$seen"`},m={names:["base","deployment"],body:`note=$base/versions/$deployment/deployment.json
if [ -f "$note" ]; then cat "$note"; fi`},c={names:["base"],body:`if [ ! -d "$base/versions" ]; then exit 0; fi
cd "$base/versions"
ls -t | grep -Ex "[0-9a-f]{20}" | while read -r name; do
  if [ -f "$name/deployment.json" ]; then tr -d "\\n" <"$name/deployment.json"; echo; fi
done`},f={names:["base","deployment"],body:`if [ -d "$base/versions/$deployment" ]; then echo placed; exit 0; fi
mkdir -p "$base/.staging-$deployment"
cd "$base/.staging-$deployment"
rm -f .partial
find . -type f -exec sha256sum {} +`},$={names:["base","deployment","name","digest"],body:`making=$base/.staging-$deployment
file=$making/$name
mkdir -p "$\{file%/*}"
cat >"$making/.partial"
sum=$(sha256sum <"$making/.partial")
if [ "$\{sum%% *}" != "$digest" ]; then exit 4; fi
mv -fT "$making/.partial" "$file"`,answers:[4]},u={names:["base","deployment","name","digest","bytes"],body:`making=$base/.staging-$deployment
file=$making/$name
for old in "$base"/versions/*/"$name"; do
  if [ ! -f "$old" ] || [ "$(wc -c <"$old")" -ne "$bytes" ]; then continue; fi
  cp "$old" "$making/.partial"
  sum=$(sha256sum <"$making/.partial")
  if [ "$\{sum%% *}" != "$digest" ]; then continue; fi
  mkdir -p "$\{file%/*}"
  mv -fT "$making/.partial" "$file"
  exit 0
done
rm -f "$making/.partial"
exit 5`,answers:[5]},p={names:["base","deployment"],body:`mkdir -p "$base/versions"
if [ ! -d "$base/versions/$deployment" ]; then mv -T "$base/.staging-$deployment" "$base/versions/$deployment"; fi`},y={names:["base","deployment"],body:'rm -rf "$base/.staging-$deployment" "$base/versions/$deployment"'},w={names:["base","deployment","keep"],body:`if [ ! -d "$base/versions" ]; then exit 0; fi
cd "$base/versions"
ls -t | grep -Ex "[0-9a-f]{20}" | grep -vx "$deployment" | tail -n "+$keep" |
  while read -r old; do rm -rf "$old"; done`},h={names:["base","name"],body:`link=$base/$name
if [ -L "$link" ]; then readlink "$link"; elif [ -e "$link" ]; then exit 3; fi`,answers:[3]},b={names:["base","name","deployment"],body:`if [ -z "$deployment" ]; then rm -f "$base/$name"; exit 0; fi
version=$base/versions/$deployment
if [ ! -d "$version" ]; then exit 4; fi
ln -sfn "versions/$deployment/model" "$version/.$name"
mv -fT "$version/.$name" "$base/$name"`,answers:[4]},g=["BatchMode=yes","ConnectTimeout=20","ServerAliveInterval=15","ServerAliveCountMax=4"];function createShell(e,{name:n,port:t}){let a=null===t?[]:["-p",String(t)],i=["-T",...g.flatMap(e=>["-o",e]),...a,"--",n],s=Object.fromEntries(Object.entries(e.env).flatMap(([e,n])=>void 0===n?[]:[[e,n]]));return{host:n,async run(t,a,o){let l=await e.processes.run({command:"ssh",args:[...i,commandOf(t)],cwd:e.cwd,env:s,stdin:stdinOf(t.names.map(e=>a[e]),o),signal:e.signal});if(l.cancelled)throw new r.cc(`Cancelled while ${n} was asked.`);let d=Buffer.from(l.stderr).toString("utf8").trim().slice(-500),{code:m}=l;if(null===m||255===m)throw unreachable(n,d);if(0!==m&&!t.answers?.includes(m))throw new r.gA(`A command on ${n} ended with ${m}: ${d||"it says nothing"}`);return{code:m,stdout:Buffer.from(l.stdout).toString("utf8")}}}}function commandOf({names:e,body:n}){return`exec sh -c 'set -eu
${e.map(e=>`IFS= read -r ${e}
`).join("")}${n}'`}async function*stdinOf(e,n){yield Buffer.from(e.map(e=>`${e}
`).join("")),n&&(yield*n)}function oneLine(e){if(!/[\n\r\0]/.test(e))return e;throw new r.xL(`${JSON.stringify(e)} cannot be the name of a file on another host.`,{expected:"a name without line breaks"})}function unreachable(e,n){return new r.gA(`${e} cannot be reached by ssh: ${n||"the connection broke off"}`,{retryable:!0,hint:`Look whether "ssh -o BatchMode=yes ${e} true" works here: the key, and the host in known_hosts.`})}function createRemoteVersions(e,n,t){let seenFence=async e=>Number((await n.run(d,{base:t,own:String(e)})).stdout),put=async(e,a)=>{let{name:i,digest:s,data:o}=a,{code:l}=await n.run($,{base:t,deployment:e,name:oneLine(i),digest:s},o);if(4===l)throw new r.gA(`${JSON.stringify(i)} arrived on ${n.host} with another digest.`,{retryable:!0})},reuse=async(e,{name:a,digest:i,bytes:s})=>{if(s<1048576)return!1;let r={base:t,deployment:e,name:oneLine(a),digest:i,bytes:String(s)};return 0===(await n.run(u,r)).code};return{fence:()=>seenFence(0),async pass(e){let a=await seenFence(e);if(a>e)throw(0,o.n)(`${n.host}:${t}`,e,a)},async placed(e){if(null===e)return null;let{stdout:a}=await n.run(m,{base:t,deployment:e});return""===a?null:(0,l.I)((0,i.Yz)(a))},async keeps(){let{stdout:e}=await n.run(c,{base:t});return e.split("\n").map(e=>(0,l.I)((0,i.Yz)(e))).filter(e=>null!==e)},async stage({deployment:i,version:s,digest:r,model:o},l,d){let{stdout:m}=await n.run(f,{base:t,deployment:i});if("placed\n"===m)return;let c=digestsIn(m);for(let n of[...l.resources.map(({name:n,bytes:t,digest:i})=>({name:`model/${n}`,bytes:t,digest:i,data:e.files.stream(a.posix.join(d,n))})),remote_document("manifest.json",l),remote_document("deployment.json",{deployment:i,version:s,digest:r,model:o})])c.get(n.name)===n.digest||await reuse(i,n)||await put(i,n);await n.run(p,{base:t,deployment:i})},async discard(e){await n.run(y,{base:t,deployment:e})},async prune(e,a){await n.run(w,{base:t,deployment:e,keep:String(a)})}}}function remote_document(e,n){let t=Buffer.from(`${JSON.stringify(n,null,2)}
`),a=async function*(){yield t}(),i=(0,s.createHash)("sha256").update(t).digest("hex");return{name:e,bytes:t.length,digest:i,data:a}}function digestsIn(e){return new Map(Array.from(e.matchAll(/^([0-9a-f]{64}) [ *]\.\/(.+)$/gm),([,e,n])=>[n,e]))}function createRemoteLink(e,n,t){let a=`${e.host}:${n}/${t}`,read=async()=>{let{code:s,stdout:r}=await e.run(h,{base:n,name:t});if(3===s)throw(0,i.TR)(a);return""===r?null:(0,i.PE)(r.replace(/\n$/,""),"versions",a)};return{read,async point(a){if(await read()===a)return;let{code:s}=await e.run(b,{base:n,name:t,deployment:a??""});if(4===s)throw(0,i.qp)(`${e.host}:${n}`,String(a))}}}let k={id:"directory",capabilities:()=>({traffic:"switch"}),create:({runtime:e,root:n},{host:t,port:i,path:s,keep:r=3})=>void 0!==t?createRemote(e,{name:t,port:i??null},s,r):createLocal(e,(0,a.isAbsolute)(s)?s:(0,a.join)(n,s),r)};function createLocal(e,n,t){let a=(0,i.kJ)(e,n),link=t=>(0,i.d)(e,{folder:n,name:t,versions:"versions"});return{...createDirectory({name:n,versions:a,served:link("current"),promoted:link("stable")},t),kept:a.kept}}function createRemote(e,n,t,a){let i=createShell(e,n),s=createRemoteVersions(e,i,t);return createDirectory({name:`${n.name}:${t}`,versions:s,served:createRemoteLink(i,t,"current"),promoted:createRemoteLink(i,t,"stable")},a)}function createDirectory({name:e,versions:n,served:t,promoted:a},i){return{id:k.id,capabilities:{traffic:"switch"},keeps:n.keeps,async current(){let[e,i,s]=[await a.read(),await t.read(),await n.fence()],r=i===e?null:await n.placed(i);return{stable:await n.placed(e),candidate:r&&{...r,weight:100},fence:s}},async stage(e,t,a){await n.pass(e.fence),await n.stage(e,t,a)},async shift({deployment:e,fence:i},s){await n.pass(i),await t.point(s>0?e:await a.read())},async probe({deployment:n}){let a=await t.read();return a===n?null:`${e}/current leads to ${null===a?"no version":`what deployment ${a} brought`}`},async promote({deployment:e,fence:i}){await n.pass(i),await t.point(e),await a.point(e)},async rollback({deployment:e,fence:i},s){await n.pass(i),await t.point(s?.deployment??null),await a.point(s?.deployment??null),await n.discard(e)},async retire({deployment:e,fence:t}){await n.pass(t),await n.prune(e,i)}}}})};
