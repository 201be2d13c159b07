// Asks the gateway: one POST with JSON, and errors as sentences.

export async function ask(path, body) {
  let response;
  try {
    response = await fetch(`/phone/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error("The gateway does not answer. Is it running?");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `The gateway failed (${response.status}).`);
  return answer;
}

export const find = (id) => document.getElementById(id);

/** Returns the number of this phone, without the spaces that make it readable. */
export const number = () => bare(find("number").value);
export const bare = (typed) => typed.replace(/\s/g, "");

/** Says something that is not on the phone's screen. */
export function note(sentence) {
  find("note").textContent = sentence;
}

export const timeOfDay = (at) => at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
