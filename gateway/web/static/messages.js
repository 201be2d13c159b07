// The SMS of one number: what it was sent, what it sends, and how many segments that took.

import { ask, find, note, number, timeOfDay } from "./ask.js";

const POLL_MILLISECONDS = 1500;
const thread = find("thread");

let newest = 0;
let owner = "";
let polling = 0;
let inboxFailed = false;

/** Reads the inbox now, and again and again while the page is seen. */
export async function poll() {
  clearTimeout(polling);
  if (document.visibilityState !== "visible") return;
  find("clock").textContent = timeOfDay(new Date());
  await refresh();
  clearTimeout(polling);
  polling = setTimeout(poll, POLL_MILLISECONDS);
}

async function refresh() {
  const from = number();
  if (from !== owner) {
    owner = from;
    newest = 0;
    thread.replaceChildren();
    find("empty").hidden = false;
  }
  try {
    const { messages, statuses } = await ask("inbox", { from, after: newest });
    if (from !== owner) return;
    messages.sort((one, other) => one.id - other.id).filter(({ id }) => id > newest).forEach(receive);
    newest = Math.max(newest, ...messages.map(({ id }) => id));
    mark(statuses);
    if (inboxFailed) note("");
    inboxFailed = false;
  } catch (error) {
    note(error.message);
    inboxFailed = true;
  }
}

function receive(sms) {
  const { item, foot } = bubble("in", sms.sender, sms.text, new Date(sms.at));
  item.dataset.id = sms.id;
  foot.append(
    tag(`${sms.segments} SMS`, "segments"),
    tag(`${sms.units}/${sms.limit} ${sms.encoding}`, "units"),
    tag("", "status"),
  );
}

function mark(statuses) {
  for (const item of thread.querySelectorAll("[data-id]")) {
    const word = statuses[item.dataset.id];
    const status = item.querySelector(".status");
    if (!word || status.textContent === word) continue;
    status.textContent = word;
    status.dataset.status = word;
  }
}

async function send() {
  const text = find("text").value.trim();
  if (!text) return;
  find("text").value = "";
  const { value: channel, selectedOptions } = find("text-channel");
  const { foot } = bubble("out", `to ${selectedOptions[0].dataset.address}`, text, new Date());
  try {
    await ask("sms", { channel, from: number(), text });
    foot.append(tag("sent", "status"));
  } catch (error) {
    foot.append(tag(`not sent: ${error.message}`, "status"));
  }
  poll();
}

function bubble(kind, sender, text, at) {
  const item = document.createElement("li");
  item.className = kind;
  const [head, body, foot] = ["head", "body", "foot"].map((name) => {
    const part = document.createElement("p");
    part.className = name;
    return part;
  });
  const [who, when] = [document.createElement("b"), document.createElement("time")];
  who.textContent = sender;
  when.dateTime = at.toISOString();
  when.textContent = timeOfDay(at);
  head.append(who, " ", when);
  body.textContent = text;
  item.append(head, body, foot);
  thread.append(item);
  find("empty").hidden = true;
  thread.parentElement.scrollTop = thread.parentElement.scrollHeight;
  return { item, foot };
}

function tag(text, name) {
  const span = document.createElement("span");
  span.className = name;
  span.textContent = text;
  return span;
}

// Without a channel that takes SMS there is nothing to compose.
find("compose")?.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
find("text")?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  send();
});
document.addEventListener("visibilitychange", poll);
