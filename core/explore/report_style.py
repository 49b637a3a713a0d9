"""The look of a report: one style sheet for light, dark and paper."""

from __future__ import annotations

STYLE = """
:root{color-scheme:light dark;--ground:#FAFAF8;--surface:#FFFFFF;--border:#E5E3DD;--text:#1F2430;--muted:#667085;
--accent:#2F5DA8;--bar:#3B6FB6;--up:#C9642A;--down:#2F5DA8}
@media (prefers-color-scheme:dark){:root{--ground:#14171C;--surface:#1B1F26;--border:#2D333D;--text:#E8EAED;
--muted:#9AA3AF;--accent:#7FA8E8;--bar:#5B8FD6;--up:#E07B39;--down:#7FA8E8}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1080px;padding:32px 24px;background:var(--ground);color:var(--text);
font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif;font-variant-numeric:tabular-nums}
h1{font-size:28px;margin:0 0 4px;overflow-wrap:anywhere}h2{font-size:20px;margin:40px 0 8px}
h3{font-size:15px;margin:0 0 2px;overflow-wrap:anywhere}
p{margin:0 0 8px}.quiet{color:var(--muted)}a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}
nav{margin:16px 0;display:flex;gap:16px;flex-wrap:wrap}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:16px 0}
.card,.box{background:var(--surface);border:1px solid var(--border);border-radius:8px;padding:12px 16px}
.card b{display:block;font-size:22px;font-weight:600}.card span{color:var(--muted);font-size:13px}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(440px,1fr));gap:12px}
.box{break-inside:avoid;overflow:hidden}ol{padding-left:22px}li{margin-bottom:10px;overflow-wrap:anywhere}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13px;background:var(--surface)}
th,td{text-align:left;padding:5px 10px;border-bottom:1px solid var(--border);overflow-wrap:anywhere}
td:nth-child(-n+2){min-width:84px}
th{color:var(--muted);font-weight:500;white-space:nowrap}.n{text-align:right;white-space:nowrap}
dl{display:grid;grid-template-columns:auto 1fr auto 1fr;gap:2px 12px;margin:8px 0 0;font-size:13px}
dt{color:var(--muted)}dd{margin:0;overflow-wrap:anywhere}
svg{max-width:100%;height:auto;margin-top:8px}svg text{fill:var(--muted);font-size:11px}
.bar rect,rect.bar{fill:var(--bar)}rect.up{fill:var(--up)}rect.down{fill:var(--down)}
rect.frame{fill:none;stroke:var(--border)}
@media (max-width:560px){.grid{grid-template-columns:1fr}dl{grid-template-columns:auto 1fr}}
@media print{body{max-width:none;padding:0}table{font-size:10px}th,td{padding:3px 4px}
nav{display:none}h2{break-after:avoid}}
"""
