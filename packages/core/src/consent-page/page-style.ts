/**
 * The style of all pages, behind the variables of the theme. The colours of warnings are no variables of the theme, so that no
 * brand makes them fade.
 */
export const PAGE_STYLE = `:root{--danger:#a3160d;--danger-surface:#fdeceb;--danger-text:#6f120c;--caution:#9a6200;--caution-surface:#fff5df;--caution-text:#5a3b00;--good:#0d6b3d;--good-surface:#e4f5eb;--good-text:#0a5230}
@media (prefers-color-scheme:dark){:root{--danger:#ff8a80;--danger-surface:#3b1614;--danger-text:#ffd3cf;--caution:#e5ac35;--caution-surface:#33280d;--caution-text:#ffe5ae;--good:#6fd39c;--good-surface:#11301f;--good-text:#b2ecca}}
*{box-sizing:border-box}
body{margin:0;background:var(--background);color:var(--text);font:1rem/1.5 var(--font);-webkit-text-size-adjust:100%}
.page{max-width:30rem;margin:0 auto;padding:clamp(1rem,5vw,3rem) 1rem}
h1,h2,h3,p,ul,dl,dd{margin:0}
ul{padding:0;list-style:none}
:lang(ja){word-break:auto-phrase}
.brand{display:flex;align-items:center;gap:.6rem;padding:0 .25rem;margin-bottom:1rem;font-weight:600;overflow-wrap:anywhere}
.brand img{display:block;height:2rem;max-width:10rem}
.card{background:var(--surface);border:1px solid var(--border);border-radius:calc(var(--radius)*1.4);padding:clamp(1.15rem,5vw,1.9rem);box-shadow:0 1px 2px rgb(0 0 0/.05),0 10px 30px rgb(0 0 0/.06)}
.card>*+*{margin-top:1.35rem}
h1{font-size:1.35rem;line-height:1.3;letter-spacing:-.01em;text-wrap:balance}
h2{font-size:.95rem;line-height:1.4}
.muted{color:var(--muted-text);font-size:.9rem}
h1+.muted{margin-top:.3rem;overflow-wrap:anywhere}
.to{display:flex;gap:.9rem;align-items:flex-start;border:2px solid var(--text);border-radius:var(--radius);padding:.95rem 1.05rem}
.to>div{flex:1;min-width:0}
.to h2{color:var(--muted-text);font-size:.85rem;font-weight:500}
.to img{flex:none;width:3rem;height:3rem;border-radius:.6rem;object-fit:contain}
.destination{font-size:1.6rem;font-weight:700;line-height:1.25;letter-spacing:-.01em;overflow-wrap:anywhere}
.destination.long{font-size:1rem;letter-spacing:0}
.tier{margin-top:.65rem;font-size:.9rem}
.tier p+*,.tier li+li{margin-top:.3rem}
bdi,code,dd,.tier li{overflow-wrap:anywhere}
code{font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.tag{display:inline-flex;align-items:center;gap:.3em;padding:.08em .55em;border-radius:1em;border:1px solid var(--border);color:var(--muted-text);font-size:.8rem;font-weight:600;white-space:nowrap;vertical-align:.05em}
.tag svg{width:.95em;height:.95em}
.tag.good{border-color:transparent;background:var(--good-surface);color:var(--good-text)}
.tag.new{border-color:transparent;background:var(--caution-surface);color:var(--caution-text)}
svg{flex:none;width:1.25rem;height:1.25rem;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.warnings li{display:flex;gap:.7rem;margin-top:.6rem;padding:.8rem .9rem;border-radius:var(--radius);border:1px solid var(--caution);background:var(--caution-surface);color:var(--caution-text);font-size:.925rem}
.warnings li.danger{border-color:var(--danger);background:var(--danger-surface);color:var(--danger-text)}
.warnings svg{margin-top:.1rem;color:var(--caution)}
.warnings .danger svg{color:var(--danger)}
.warnings h3{font-size:inherit;line-height:1.4}
.warnings p{margin-top:.15rem}
.facts{border-top:1px solid var(--border);padding-top:1.1rem}
.facts dl{margin-top:.6rem;font-size:.925rem}
.facts dt{margin-top:.5rem;color:var(--muted-text);font-size:.85rem}
.facts dd{overflow:clip;line-height:1.6}
.scopes{border-top:1px solid var(--border);padding-top:1.1rem}
.scopes li{display:flex;gap:.65rem;margin-top:.6rem;overflow-wrap:anywhere}
.scopes li>svg{margin-top:.15rem;color:var(--muted-text)}
.scopes li>span,.scopes label>span{min-width:0}
.scopes label{display:flex;gap:.65rem;cursor:pointer}
.scopes input{flex:none;width:1.25rem;height:1.25rem;margin:.12rem 0 0;accent-color:var(--accent)}
.scopes code{display:block;color:var(--muted-text);font-size:.8rem}
.actions{display:grid;grid-template-columns:1fr 1fr;gap:.75rem;margin-top:1.5rem}
button,.button{display:block;width:100%;min-height:3rem;padding:.6rem 1rem;border-radius:var(--radius);border:1px solid var(--muted-text);background:var(--surface);color:var(--text);font:600 1rem/1.4 var(--font);text-align:center;text-decoration:none;cursor:pointer}
button.allow,.button{background:var(--accent);border-color:var(--accent);color:var(--accent-text)}
.actions.quiet .allow{background:var(--surface);border-color:var(--muted-text);color:var(--text)}
button:hover,.button:hover{text-decoration:underline}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:3px}
@media (forced-colors:active){.card,.tag,.warnings li{border:1px solid}}
`;
