// The test phone: keeps one USSD session as a network would, and shows the SMS of one number.

const POLL_MILLISECONDS = 1500;
const find = (id) => document.getElementById(id);
const [phone, line, screen, thread] = ["phone", "line", "screen", "thread"].map(find);
const dialChannel = find("dial-channel");
const textChannel = find("text-channel");

let session = null; // {id, channel, code, answers}; null when no call is up
let lastDialled = "";
let waiting = false;

// ---------------------------------------------------------------- asking the gateway

async function ask(path, body) {
  const options = body && {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  let response;
  try {
    response = await fetch(`/phone/${path}`, options);
  } catch {
    throw new Error("The gateway does not answer. Is it running?");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `The gateway failed (${response.status}).`);
  return answer;
}

const bare = (typed) => typed.replace(/\s/g, "");
const number = () => bare(find("number").value);
const serviceCode = () => dialChannel.selectedOptions[0]?.dataset.code ?? "";

function note(sentence) {
  find("note").textContent = sentence;
}

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
    });
    if (session !== current) return; // hung up meanwhile: a network drops the late answer, too
    if (reply.ends) session = null;
    showReply(reply);
    if (reply.ends) refreshInbox();
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

// ---------------------------------------------------------------- SMS

let newest = 0;
let owner = "";
let polling = 0;
let inboxFailed = false;

function bubble(kind, sender, text, at) {
  const item = document.createElement("li");
  item.className = kind;
  const head = document.createElement("p");
  head.className = "head";
  const who = document.createElement("b");
  who.textContent = sender;
  const when = document.createElement("time");
  when.dateTime = at.toISOString();
  when.textContent = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  head.append(who, " ", when);
  const body = document.createElement("p");
  body.className = "body";
  body.textContent = text;
  const foot = document.createElement("p");
  foot.className = "foot";
  item.append(head, body, foot);
  thread.append(item);
  find("empty").hidden = true;
  thread.parentElement.scrollTop = thread.parentElement.scrollHeight;
  return { item, foot };
}

function tag(text, name) {
  const mark = document.createElement("span");
  mark.className = name;
  mark.textContent = text;
  return mark;
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

async function refreshInbox() {
  const from = number();
  if (from !== owner) {
    owner = from;
    newest = 0;
    thread.replaceChildren();
    find("empty").hidden = false;
  }
  try {
    const query = new URLSearchParams({ from, after: newest });
    const { messages, statuses } = await ask(`inbox?${query}`);
    if (from !== owner) return;
    messages.sort((one, other) => one.id - other.id).filter((sms) => sms.id > newest).forEach(receive);
    newest = Math.max(newest, ...messages.map((sms) => sms.id));
    for (const item of thread.querySelectorAll("[data-id]")) {
      const word = statuses[item.dataset.id];
      const mark = item.querySelector(".status");
      if (word && mark.textContent !== word) [mark.textContent, mark.dataset.status] = [word, word];
    }
    if (inboxFailed) note("");
    inboxFailed = false;
  } catch (error) {
    note(error.message);
    inboxFailed = true;
  }
}

async function poll() {
  clearTimeout(polling);
  if (document.visibilityState !== "visible") return;
  find("clock").textContent = new Date().toLocaleTimeString([], {
    hour: "2-digit",
    minute: "2-digit",
  });
  await refreshInbox();
  clearTimeout(polling);
  polling = setTimeout(poll, POLL_MILLISECONDS);
}

async function send() {
  const text = find("text").value.trim();
  if (!text) return;
  find("text").value = "";
  const to = textChannel.selectedOptions[0].dataset.address;
  const { foot } = bubble("out", `to ${to}`, text, new Date());
  try {
    await ask("sms", { channel: textChannel.value, from: number(), text });
    foot.append(tag("sent", "status"));
  } catch (error) {
    foot.append(tag(`not sent: ${error.message}`, "status"));
  }
  poll();
}

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
