// Brings new figures every half minute, or as often as the page says, for ten minutes after the
// reader has done something: so a page that nobody looks at keeps no session alive. Where they come
// with another state, the page is loaded anew, since it offers something else then. Without it the
// page is as it was loaded.
"use strict";
const place = document.getElementById("figures");
const EVERY = Number(place.dataset.every || 30) * 1000;
const MOST = 600000 / EVERY;
let done = 0;
for (const kind of ["click", "keydown"]) addEventListener(kind, () => { done = 0; });
const state = (within) => within.querySelector("[data-state]")?.dataset.state;
setInterval(async () => {
  if (document.hidden || done >= MOST || place.contains(document.activeElement)) return;
  done += 1;
  try {
    const here = new URL(location.href);
    here.searchParams.set("part", "figures");
    const answer = await fetch(here, { credentials: "same-origin", redirect: "error" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.body;
    if (!fresh.querySelector("section")) return;
    if (state(fresh) !== state(place) && !document.querySelector("main form :focus")) {
      location.reload();
      return;
    }
    const named = (each) => each.closest("section").getAttribute("aria-labelledby");
    const open = new Set([...place.querySelectorAll("details[open]")].map(named));
    for (const each of fresh.querySelectorAll("details")) each.open = open.has(named(each));
    place.replaceChildren(...fresh.childNodes);
  } catch {
    // The line is down for a moment: what stands there is as old as it says.
  }
}, EVERY);
