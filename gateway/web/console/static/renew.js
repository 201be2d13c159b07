"use strict";
// Who has signed in anew, in another tab, has another token; what was typed here goes on with it.
async function renew(page_of_token) {
  try {
    const answer = await fetch(page_of_token, { redirect: "error" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("[name=csrf_token]").value;
    for (const each of document.querySelectorAll("[name=csrf_token]")) each.value = token;
  } catch {
    // Nobody has signed in yet, or the line is down: what was typed stays.
  }
}
