// The test phone: keeps one USSD session, as a network would, and turns keys into answers.

import { ask, bare, find, note, number } from "./ask.js";
import "./chips.js";
import { poll } from "./messages.js";

const [phone, line, screen, dialChannel] = ["phone", "line", "screen", "dial-channel"].map(find);
const serviceCode = () => dialChannel.selectedOptions[0]?.dataset.code ?? "";

let session = null; // {id, channel, code, answers}; null when no call is up
let lastDialled = "";
let waiting = false;

// ---------------------------------------------------------------- the screen

function show(text, { count = "–", filled = 0, state = "idle" } = {}) {
  screen.textContent = text;
  screen.parentElement.scrollTop = 0;
  find("count").textContent = count;
  find("state").textContent = state;
  find("state").dataset.state = state;
  find("gauge").style.setProperty("--filled", Math.min(filled, 1));
  find("call-word").textContent = session ? "Send" : "Call";
  line.placeholder = session ? "Answer, then Send" : "Dial, then Call";
}

function showReply(reply) {
  show(reply.text, {
    count: `${reply.units}/${reply.limit} ${reply.encoding}`,
    filled: reply.units / reply.limit,
    state: reply.ends ? "ended" : "open",
  });
}

function showIdle() {
  show(serviceCode() ? `Dial ${serviceCode()}\nand press Call.` : "No channel takes USSD calls.");
}

function setWaiting(on) {
  waiting = on;
  line.readOnly = on;
  phone.classList.toggle("waiting", on);
}

// ---------------------------------------------------------------- a USSD session

async function turn() {
  const current = session;
  setWaiting(true);
  find("state").textContent = "running";
  try {
    const reply = await ask("turn", {
      channel: current.channel,
      from: current.from,
      session: current.id,
      code: current.code,
      text: current.answers.join("*"),
      ...(current.answers.length ? { newest: current.answers.at(-1) } : {}),
    });
    if (session !== current) return; // hung up meanwhile: a network drops the late answer, too
    if (reply.ends) session = null;
    showReply(reply);
    if (reply.ends) poll();
  } catch (error) {
    if (session !== current) return;
    session = null;
    show(error.message, { state: "failed" });
  }
  setWaiting(false);
}

function dial(code) {
  const dialled = code.trim();
  line.value = "";
  if (!/^\*[0-9][0-9*]*#$/.test(dialled)) {
    show(`This phone makes no calls. Dial a code such as ${serviceCode()}.`, { state: "failed" });
    return;
  }
  lastDialled = dialled;
  note("");
  const random = crypto.getRandomValues(new Uint8Array(12));
  const id = `phone-${Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  session = { id, channel: dialChannel.value, from: number(), code: dialled, answers: [] };
  show("Calling…");
  turn();
}

function answer() {
  if (!line.value.trim()) return;
  session.answers.push(line.value.trim());
  line.value = "";
  turn();
}

function drop(text, state) {
  session = null;
  line.value = "";
  setWaiting(false);
  if (text) show(text, { state });
  else showIdle();
}

phone.addEventListener("submit", (event) => {
  event.preventDefault();
  if (waiting) return;
  if (session) answer();
  else dial(line.value || lastDialled);
});
find("hang").addEventListener("click", () => drop());
find("lose").addEventListener("click", () => {
  if (session) drop("Connection lost.\n\nRedial to call again.", "lost");
  else note("There is no call to lose. Dial first.");
});
find("redial").addEventListener("click", () => {
  drop();
  dial(lastDialled || serviceCode());
});

// ---------------------------------------------------------------- keys

function key(character) {
  if (waiting) return;
  line.value += character;
  line.scrollLeft = line.scrollWidth;
}

function clearLast() {
  if (!waiting) line.value = Array.from(line.value).slice(0, -1).join("");
}

function press(character) {
  const button = phone.querySelector(`[data-key="${CSS.escape(character)}"]`);
  button?.classList.add("pressed");
  setTimeout(() => button?.classList.remove("pressed"), 130);
}

phone.querySelector(".pad").addEventListener("click", (event) => {
  const button = event.target.closest("[data-key]");
  if (button) key(button.dataset.key);
});
find("clear").addEventListener("click", clearLast);

// Digits are keys of the phone only while the focus is on it (WCAG 2.1.4).
phone.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (/^[0-9*#]$/.test(event.key)) {
    press(event.key);
    if (event.target !== line) key(event.key);
  } else if (event.key === "Backspace" && event.target !== line) {
    clearLast();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  drop();
  line.focus();
});

// ---------------------------------------------------------------- who is calling, and what to try

find("person").addEventListener("change", (event) => {
  find("number").value = event.target.value;
  if (!event.target.value) find("number").focus();
  changeNumber();
});
find("number").addEventListener("change", () => {
  const known = [...find("person").options].find(({ value }) => bare(value) === number());
  find("person").value = known?.value ?? "";
  changeNumber();
});

function changeNumber() {
  find("language").value = "";
  drop();
  poll();
}

find("language").addEventListener("change", async (event) => {
  const language = event.target.value;
  if (!language) return;
  for (const words of document.querySelectorAll("[data-language]")) {
    words.hidden = words.dataset.language !== language;
  }
  try {
    await ask("language", { from: number(), language });
    note("Kept. It counts from the next call on.");
  } catch (error) {
    note(error.message);
  }
});

dialChannel.addEventListener("change", () => {
  for (const chip of document.querySelectorAll("[data-shortcut]")) {
    chip.querySelector("b").textContent = dialledBy(chip);
  }
  drop();
});

function dialledBy(chip) {
  const { shortcut } = chip.dataset;
  return shortcut ? `${serviceCode().slice(0, -1)}*${shortcut}#` : serviceCode();
}

document.querySelector(".desk").addEventListener("click", (event) => {
  const chip = event.target.closest(".chip");
  if (chip?.dataset.word) {
    find("text").value = `${chip.dataset.word} `;
    find("text").focus();
  } else if (chip) {
    drop();
    dial(dialledBy(chip));
    line.focus();
  }
});

showIdle();
poll();
