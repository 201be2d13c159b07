// Saves a card as one types, and shows its screen on the phones. Without it each card has a button.
"use strict";
const said = document.currentScript.dataset;
const told = document.getElementById("told");
const phones = document.getElementById("phones");
const WAIT = 700;
const AGAIN = 5000;
const timers = new Map();
const under_way = new Set();

function badge(card, shown) {
  card.querySelector(".unsaved").hidden = !shown;
}

function inputs(form) {
  return [...form.querySelectorAll("[name^='f:']")];
}

function read_of(input) {
  return input.form.elements[`w:${input.name.slice(2)}`];
}

function is_changed(form) {
  return inputs(form).some((input) => read_of(input) && input.value !== read_of(input).value);
}

async function save(form) {
  if (under_way.has(form)) return later(form, WAIT);
  const card = form.closest(".card");
  const sent = inputs(form).filter((each) => read_of(each) && each.value !== read_of(each).value);
  if (!sent.length) return badge(card, false);
  const data = new FormData();
  for (const name of ["csrf_token", "screen"]) data.set(name, form.elements[name].value);
  const values = sent.map((input) => [input, input.value]);
  for (const [input, value] of values) {
    data.set(input.name, value);
    data.set(`w:${input.name.slice(2)}`, read_of(input).value);
  }
  data.set("quietly", "1");
  under_way.add(form);
  told.textContent = said.saving;
  try {
    const headers = { Accept: "application/json" };
    const sending = { method: "POST", body: data, headers, redirect: "error" };
    const answer = await fetch(form.action, sending);
    const came = answer.headers.get("Content-Type") === "application/json" ? await answer.json() : null;
    if (came && came.refused) {
      told.textContent = came.refused;
      return;
    }
    if (!answer.ok || !came) throw new Error(String(answer.status));
    const both = new Map(came.conflicts.map((each) => [`f:${each.key}`, each]));
    for (const [input, value] of values) {
      if (both.has(input.name)) conflict(input, both.get(input.name));
      else read_of(input).value = value;
    }
    told.textContent = both.size ? said.both : said.saved;
    badge(card, is_changed(form));
    if (card.dataset.screen === phones.dataset.screen || !phones.dataset.screen) show(card);
  } catch {
    told.textContent = said.lost;
    await renew(said.token);
    later(form, AGAIN);
  } finally {
    under_way.delete(form);
  }
}

// Both texts stay: the other one is shown beside one's own, and one of them is chosen.
function conflict(input, both) {
  const field = input.closest(".field");
  field.querySelector(".both")?.remove();
  const box = document.createElement("span");
  box.className = "both fault";
  const text = document.createElement("span");
  text.textContent = `${said.theirs}: ${both.theirs} `;
  text.dir = "auto";
  const mine = document.createElement("button");
  mine.type = "button";
  mine.textContent = said.mine;
  const leave = document.createElement("button");
  leave.type = "button";
  leave.className = "quiet";
  leave.textContent = said.leave;
  box.append(text, mine, " ", leave);
  for (const [button, takes_theirs] of [[mine, false], [leave, true]]) {
    button.addEventListener("click", () => {
      read_of(input).value = both.theirs;
      if (takes_theirs) input.value = both.theirs;
      box.remove();
      input.focus();
      save(input.form);
    });
  }
  field.append(box);
}

function later(form, wait) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => save(form), wait));
}

async function show(card) {
  const screen = card.dataset.screen;
  if (!screen) return;
  phones.dataset.screen = screen;
  const here = new URL(location.href);
  here.hash = "";
  here.searchParams.set("screen", screen);
  here.searchParams.set("part", "phones");
  try {
    const answer = await fetch(here, { redirect: "error" });
    if (!answer.ok || phones.dataset.screen !== screen) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    phones.replaceChildren(...page.body.childNodes);
  } catch {
    // The line is down: what stands there is as old as it is.
  }
}

for (const card of document.querySelectorAll(".card[data-screen]")) {
  const form = card.querySelector("form");
  form.addEventListener("input", (event) => {
    if (!event.target.name?.startsWith("f:")) return;
    badge(card, true);
    later(form, WAIT);
  });
  card.addEventListener("focusin", () => {
    if (card.dataset.screen && card.dataset.screen !== phones.dataset.screen) show(card);
  });
}
const chosen = document.querySelector(".tree [data-screen][aria-current]");
if (chosen) phones.dataset.screen = chosen.dataset.screen;
for (const link of document.querySelectorAll(".tree [data-screen]")) {
  link.addEventListener("click", () => {
    const card = document.getElementById(`card-${link.dataset.screen}`);
    if (card) card.open = true;
  });
}
addEventListener("beforeunload", (event) => {
  if (document.querySelector(".unsaved:not([hidden])")) event.preventDefault();
});
for (const form of document.querySelectorAll(".card form")) {
  form.addEventListener("submit", () => { form.closest(".card").querySelector(".unsaved")?.setAttribute("hidden", ""); });
}
