// Tells which answer of a results page a visitor goes to, and not who: docs/analytics.md. Pages of ours alone load it.
"use strict";
for (const kind of ["click", "auxclick"]) {
  addEventListener(kind, (event) => {
    const link = event.target instanceof Element ? event.target.closest("article.hit h2 a") : null;
    const hit = link?.closest("article");
    if (!hit || !(event instanceof MouseEvent) || event.button > 1) return;
    const refused = "globalPrivacyControl" in navigator && navigator.globalPrivacyControl;
    if (refused || navigator.doNotTrack === "1") return;
    const asked = new URLSearchParams(location.search);
    const q = asked.get("q");
    if (!q) return;
    const before = ((Number(asked.get("page")) || 1) - 1) * (Number(asked.get("per_page")) || 10);
    const rank = before + [...document.querySelectorAll("article.hit")].indexOf(hit) + 1;
    navigator.sendBeacon("api/v1/events", JSON.stringify({ kind: "click", q, id: hit.id.slice(4), rank }));
  });
}
