// What there is to try: Tab stops once at each row of chips, however many there are, and arrows go
// through it (the toolbar of WAI-ARIA's authoring practices).

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

function stopAt(chips, chosen) {
  for (const chip of chips) chip.tabIndex = chip === chosen ? 0 : -1;
}

function reached(chips, from, key) {
  if (key === "Home") return chips[0];
  if (key === "End") return chips.at(-1);
  return key in STEPS ? chips.at((chips.indexOf(from) + STEPS[key]) % chips.length) : null;
}

for (const row of document.querySelectorAll(".chips")) {
  const chips = [...row.querySelectorAll(".chip")];
  stopAt(chips, chips[0]);
  row.addEventListener("focusin", (event) => stopAt(chips, event.target));
  row.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const chip = reached(chips, event.target, event.key);
    if (!chip) return;
    event.preventDefault();
    chip.focus();
  });
}
