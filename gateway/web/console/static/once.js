// A button that is clicked twice acts once: what is sent again within moments is not sent.
"use strict";
const sent_at = new WeakMap();
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.timeStamp - (sent_at.get(form) ?? -Infinity) < 2000) event.preventDefault();
  else sent_at.set(form, event.timeStamp);
});
