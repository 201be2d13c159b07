// Makes an editor of the field with the YAML: completion by the shape of the file, faults at their
// lines, saving as one types, and the screen of the cursor on the phones. Without it the field is
// saved by its button, and screens are chosen from the list of the file.
"use strict";
(() => {
  const said = document.currentScript.dataset;
  const nonce = document.currentScript.nonce;
  const form = document.getElementById("yaml-form");
  const field = document.getElementById("text");
  const told = document.getElementById("told");
  const schema = JSON.parse(document.getElementById("schema").textContent);
  const cm = CodeMirror;
  const WAIT = 1200;
  const AGAIN = 5000;
  let timer = 0;
  let stopped = false;
  let under_way = false;
  let saved = field.value;

  // The way to the line of the cursor, by indents: keys of maps above it.
  function way_to(state, place) {
    const line = state.doc.lineAt(place);
    const before = line.text.slice(0, place - line.from);
    const braces = before.lastIndexOf("{") > before.lastIndexOf("}");
    const way = [];
    let indent = before.length - before.trimStart().length;
    if (braces) {
      const key = /([\w-]+):\s*\{[^{}]*$/.exec(before);
      const outer = /^\s*(?:- )?"?([\w+-]+)"?:/.exec(before);
      if (key) way.unshift(key[1]);
      if (outer && key && outer[1] !== key[1]) way.unshift(outer[1]);
    }
    for (let number = line.number - 1; number > 0 && indent > 0; number -= 1) {
      const text = state.doc.line(number).text;
      const found = /^(\s*)(?:- )?"?([\w+-]+)"?:\s*(#.*)?$/.exec(text);
      if (!found || found[1].length >= indent) continue;
      indent = found[1].length;
      way.unshift(found[2]);
    }
    return way;
  }

  function meant(part) {
    let one = part;
    for (let deep = 0; one && one.$ref && deep < 9; deep += 1) {
      one = one.$ref.split("/").slice(1).reduce((found, name) => found?.[name], schema);
    }
    return one;
  }

  // All shapes that may stand at a place: those of each kind of screen, too.
  function shapes(part) {
    const one = meant(part);
    if (!one) return [];
    const within = [...(one.allOf ?? []), ...(one.anyOf ?? []), ...(one.oneOf ?? [])];
    return [one, ...within.flatMap((each) => shapes(each.then ?? each))];
  }

  function below(part, key) {
    return shapes(part).flatMap((one) => {
      if (one.properties?.[key]) return [one.properties[key]];
      const patterns = Object.entries(one.patternProperties ?? {});
      const fits = patterns.filter(([pattern]) => new RegExp(pattern, "u").test(key));
      if (fits.length) return fits.map(([, each]) => each);
      return typeof one.additionalProperties === "object" ? [one.additionalProperties] : [];
    });
  }

  function completed(context) {
    const typed = context.matchBefore(/[\w-]*/);
    if (!typed || (typed.from === typed.to && !context.explicit)) return null;
    const line = context.state.doc.lineAt(typed.from);
    const before = line.text.slice(0, typed.from - line.from);
    const value = /"?([\w+-]+)"?:\s+$/.exec(before);
    let parts = [schema];
    const way = way_to(context.state, typed.from);
    for (const key of value ? [...way, value[1]] : way) parts = parts.flatMap((one) => below(one, key));
    const found = new Map();
    for (const one of parts.flatMap(shapes)) {
      if (value) {
        const values = one.enum ?? (one.const === undefined ? [] : [one.const]);
        if (one.type === "boolean") values.push("true", "false");
        for (const each of values) found.set(String(each), { label: String(each), type: "enum" });
        continue;
      }
      for (const [key, each] of Object.entries(one.properties ?? {})) {
        const about = each.description ?? meant(each)?.description ?? "";
        found.set(key, { label: key, apply: `${key}: `, info: about || undefined, type: "property" });
      }
    }
    return found.size ? { from: typed.from, options: [...found.values()] } : null;
  }

  function at_lines(state, faults) {
    return faults.map((each) => {
      const line = state.doc.line(Math.min(Math.max(each.line, 1), state.doc.lines));
      const from = Math.min(line.from + Math.max(each.column - 1, 0), line.to);
      return { from, to: Math.max(line.to, from), severity: "error", message: each.said };
    });
  }

  function listed(faults) {
    const list = document.createElement("ul");
    list.className = "faults";
    for (const each of faults) {
      const item = document.createElement("li");
      const place = document.createElement("bdi");
      place.dir = "ltr";
      place.textContent = `${each.line}:${each.column}`;
      item.append(place, ` ${each.said}`);
      list.append(item);
    }
    document.getElementById("faults").replaceChildren(...(faults.length ? [list] : []));
  }

  // The screen in which the cursor is; the one that is shown where it is in none.
  const phones = document.getElementById("phones");
  function screen_at(state) {
    const place = state.selection.main.head;
    const own = /^\s+([\w-]+):/.exec(state.doc.lineAt(place).text);
    const way = [...way_to(state, place), ...(own ? [own[1]] : [])];
    return (way[0] === "screens" && way[1]) || phones.dataset.screen;
  }

  async function show(screen) {
    if (!screen) return;
    phones.dataset.screen = screen;
    const here = new URL(location.href);
    here.searchParams.set("part", "phones");
    here.searchParams.set("screen", screen);
    try {
      const answer = await fetch(here, { credentials: "same-origin", redirect: "error" });
      if (!answer.ok || phones.dataset.screen !== screen) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      phones.replaceChildren(...page.body.childNodes);
    } catch {
      // The line is down for a moment: the phones show what was saved before.
    }
  }

  async function save() {
    const text = view.state.doc.toString();
    if (stopped || text === saved) return;
    if (under_way) return later(WAIT);
    const data = new FormData(form);
    data.set("text", text);
    data.set("quietly", "1");
    under_way = true;
    told.textContent = said.saving;
    try {
      const headers = { Accept: "application/json" };
      const sending = { method: "POST", body: data, headers, redirect: "error" };
      const answer = await fetch(form.action, sending);
      const is_json = answer.headers.get("Content-Type") === "application/json";
      const came = is_json ? await answer.json() : null;
      if (answer.status === 409 && came) {
        stopped = true; // both texts are shown by the button, and nothing is lost
        told.textContent = said.both;
        return;
      }
      if (came?.refused) {
        told.textContent = came.refused;
        return;
      }
      if (!answer.ok || !came) throw new Error(String(answer.status));
      saved = text;
      form.elements.version.value = came.version;
      told.textContent = said.saved;
      if (view.state.doc.toString() === text) {
        view.dispatch(cm.setDiagnostics(view.state, at_lines(view.state, came.faults)));
      }
      listed(came.faults);
      if (!came.faults.length) show(screen_at(view.state)); // else the phones show what was whole
    } catch {
      told.textContent = said.lost;
      await renew(said.token);
      later(AGAIN);
    } finally {
      under_way = false;
    }
  }

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const colours = dark
    ? { key: "#8ab8f0", text: "#b5d6a7", note: "#b1bac3", sign: "#e0b25c" }
    : { key: "#0b4a8f", text: "#2f5f1e", note: "#4d5761", sign: "#7a4f00" };
  const style = cm.HighlightStyle.define([
    { tag: [cm.tags.definition(cm.tags.propertyName), cm.tags.propertyName], color: colours.key },
    { tag: [cm.tags.string, cm.tags.content], color: colours.text },
    { tag: cm.tags.comment, color: colours.note, fontStyle: "italic" },
    { tag: [cm.tags.punctuation, cm.tags.separator], color: colours.sign },
  ]);
  const label = document.querySelector(`label[for="${field.id}"]`);
  const view = new cm.EditorView({
    doc: field.value,
    extensions: [
      cm.EditorView.cspNonce.of(nonce),
      cm.EditorView.contentAttributes.of({ "aria-label": label.textContent, spellcheck: "false", tabindex: "0" }),
      cm.EditorView.theme({
        "&": { maxHeight: "75vh", border: "1px solid var(--soft)", background: "var(--paper)" },
        ".cm-scroller": { overflow: "auto", fontFamily: "inherit", lineHeight: "1.5" },
        ".cm-content": { caretColor: "var(--ink)" },
        ".cm-gutters": { background: "var(--band)", color: "var(--soft)", borderColor: "var(--line)" },
        ".cm-activeLine, .cm-activeLineGutter": { background: "var(--band)" },
        // Its own pictures are addresses with data, which pages here load none of.
        ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--fault)" },
        ".cm-lint-marker-error": { content: "normal", background: "var(--fault)", borderRadius: "50%" },
        ".cm-tooltip": { background: "var(--paper)", color: "var(--ink)", borderColor: "var(--soft)" },
      }, { dark }),
      cm.lineNumbers(), cm.highlightActiveLineGutter(), cm.highlightSpecialChars(), cm.history(),
      cm.drawSelection(), cm.indentOnInput(), cm.indentUnit.of("  "), cm.bracketMatching(),
      cm.closeBrackets(), cm.highlightActiveLine(), cm.highlightSelectionMatches(), cm.lintGutter(),
      cm.yaml(), cm.syntaxHighlighting(style),
      cm.autocompletion({ override: [completed] }),
      // Tab leaves the editor, as everywhere: who indents types spaces, or Ctrl-].
      cm.keymap.of([
        ...cm.closeBracketsKeymap, ...cm.completionKeymap, ...cm.searchKeymap, ...cm.historyKeymap,
        ...cm.lintKeymap, ...cm.defaultKeymap,
        { key: "Mod-s", preventDefault: true, run: () => { later(0); return true; } },
      ]),
      cm.EditorView.updateListener.of((update) => {
        if (update.docChanged) {
          field.value = update.state.doc.toString();
          later(WAIT);
        } else if (update.selectionSet && screen_at(update.state) !== phones.dataset.screen) {
          show(screen_at(update.state));
        }
      }),
    ],
  });
  field.hidden = true;
  field.after(view.dom);
  label.addEventListener("click", () => view.focus());
  const first = document.querySelectorAll("#faults li");
  const shown = [...first].map((each) => {
    const [, line, column, text] = /^\s*(\d+):(\d+)\s+([^]*)$/.exec(each.textContent) ?? [];
    return { line: Number(line), column: Number(column), said: (text ?? "").trim() };
  }).filter((each) => each.line);
  view.dispatch(cm.setDiagnostics(view.state, at_lines(view.state, shown)));
  if (field.dataset.line) {
    const line = view.state.doc.line(Math.min(Number(field.dataset.line), view.state.doc.lines));
    view.dispatch({ selection: { anchor: line.from }, effects: cm.EditorView.scrollIntoView(line.from, { y: "start" }) });
    view.focus();
  }
  addEventListener("beforeunload", (event) => {
    if (view.state.doc.toString() !== saved) event.preventDefault();
  });
  form.addEventListener("submit", () => { saved = view.state.doc.toString(); stopped = true; });
})();
