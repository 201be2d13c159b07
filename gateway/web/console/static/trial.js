// While the dialogues of a draft are played, looks every few seconds whether they were; for ten
// minutes at most. Without it the page has a link that does the same.
"use strict";
let left = 150;
const looking = setInterval(async () => {
  const trial = document.getElementById("trial");
  if (!trial || !trial.querySelector("[data-waits]") || left-- <= 0) {
    clearInterval(looking);
    return;
  }
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { credentials: "same-origin", redirect: "error" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (page.querySelector("#trial [data-waits]")) return;
    location.reload();
  } catch {
    // The line is down for a moment.
  }
}, 4000);
