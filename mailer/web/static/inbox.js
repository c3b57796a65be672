// The inbox by keyboard. Every act is a button of the page and works without this; here a key
// presses it, the next story is reached at once, and the server's answer is fitted in when it comes.
"use strict";

(() => {
  const form = document.getElementById("inbox");
  const told = document.getElementById("told");
  const dialog = document.getElementById("keys");
  const keyed = document.getElementById("keyed");
  const LEAVES = ["keep", "drop", "later", "back"];
  const FEW = 40; // stories left on the page at which the next ones are fetched
  let line = Promise.resolve(); // acts go to the server one after the other, in their order
  let last = null; // the story that had the focus last

  // -- Where one is ------------------------------------------------------------------------------

  const tales = () => [...form.querySelectorAll(".tale:not([hidden])")];
  const current = () =>
    document.activeElement.closest?.(".tale") ?? (last?.isConnected && !last.hidden ? last : null);

  function stand(tale) {
    if (!tale) return;
    tale.focus({ preventScroll: true });
    tale.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    const all = tales();
    const at = all.indexOf(current());
    stand(all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)]);
  }

  form.addEventListener("focusin", (event) => {
    last = event.target.closest(".tale") ?? last;
  });

  // The next stories come before the last one is decided, and the focus goes on to them.
  function more() {
    const end = form.querySelector(".more:not(.htmx-request)");
    if (end && tales().length < FEW) htmx.trigger(end, "revealed");
  }

  document.addEventListener("htmx:afterSettle", () => {
    if (isNowhere()) stand(tales()[0]);
  });

  const isNowhere = () => !document.activeElement || document.activeElement === document.body;

  // -- Acts --------------------------------------------------------------------------------------

  const actOf = (button) => button.formAction.split("/").at(-2);

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button) return;
    event.preventDefault();
    const data = new FormData(form);
    data.set(button.name, button.value);
    const tale = button.closest(".tale");
    const act = actOf(button);
    const leaving = tale && LEAVES.includes(act) ? together(tale) : [];
    const next = leaving.length ? after(leaving) : null;
    for (const one of leaving) one.hidden = true;
    if (leaving.length) stand(next);
    more();
    line = line.then(() => send(button.formAction, data, leaving, act));
  });

  function together(tale) {
    const ticked = [...form.querySelectorAll(".tale:has(> input:checked)")];
    return ticked.includes(tale) ? ticked : [tale];
  }

  function after(leaving) {
    const all = tales();
    const stays = all.filter((one) => !leaving.includes(one));
    const at = all.indexOf(leaving.at(-1));
    return stays.find((one) => all.indexOf(one) > at) ?? stays.at(-1);
  }

  async function send(address, data, leaving, act) {
    let answer = null;
    try {
      const reply = await fetch(address, { method: "POST", body: data, headers: { "HX-Request": "true" } });
      const page = new DOMParser().parseFromString(await reply.text(), "text/html");
      answer = page.getElementById("answer");
      if (!answer) location.reload(); // logged out, or a page that says why not
    } catch {
      for (const one of leaving) one.hidden = false;
      stand(leaving[0]);
      told.textContent = form.dataset.failed;
    }
    if (answer) fit(answer, act);
  }

  function fit(answer, act) {
    const before = current();
    told.textContent = answer.querySelector("#told").textContent;
    document.getElementById("tally").replaceWith(answer.querySelector("#tally"));
    for (const story of answer.dataset.gone.split(" ")) document.getElementById(`story-${story}`)?.remove();
    const list = answer.querySelector("#pile");
    if (list) document.getElementById("pile").replaceWith(list);
    else for (const row of answer.querySelectorAll(".tale")) place(row, before);
    htmx.process(document.getElementById("pile"));
    document.getElementById("nothing")?.remove();
    const focus = answer.dataset.focus && document.getElementById(`story-${answer.dataset.focus}`);
    const lost = isNowhere();
    if (focus && (lost || list || !LEAVES.includes(act))) stand(focus);
    else if (lost) stand(current() ?? tales()[0]);
    more();
    if (!tales().length && !form.querySelector(".more")) told.textContent += ` ${form.dataset.empty}`;
  }

  function place(row, before) {
    const there = document.getElementById(row.id);
    if (there) {
      row.querySelector("details").open = there.querySelector("details").open;
      there.replaceWith(row);
    } else if (before?.isConnected) before.after(row);
    else document.getElementById("pile").prepend(row);
  }

  // -- Keys --------------------------------------------------------------------------------------

  // An Arabic keyboard writes ت where J is: then the place of the key counts, not its letter.
  function letter(event) {
    if (/^[a-z/?]$/i.test(event.key)) return event.key.toLowerCase();
    if (event.key === "؟") return "?";
    return /^Key[A-Z]$/.test(event.code) ? event.code.at(-1).toLowerCase() : event.key;
  }

  const MOVES = {
    j: () => step(1),
    k: () => step(-1),
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    "/": () => document.getElementById("seek").focus(),
    "?": () => dialog.showModal(),
    u: () => form.querySelector("[data-key=u]")?.click(),
    s: split,
    m: merge,
    o: open,
    Enter: open,
  };

  function press(key) {
    const tale = current();
    const button = tale?.querySelector(`[data-key="${key}"]`);
    button?.click();
    return Boolean(button);
  }

  function open() {
    const details = current()?.querySelector("details");
    if (details) details.open = !details.open;
  }

  function split() {
    const tale = current();
    const own = document.activeElement.closest("li:not(.tale)")?.querySelector(".split");
    const all = tale?.querySelectorAll(".split") ?? [];
    if (own ?? (all.length === 1 && all[0])) (own ?? all[0]).click();
    else if (all.length) {
      tale.querySelector("details").open = true;
      all[0].focus();
    }
  }

  function merge() {
    const tale = current();
    const ticked = form.querySelector(".tale > input:checked");
    (ticked ? tale?.querySelector(".merge") : tale?.querySelector(".merge-offer, .merge"))?.click();
  }

  document.addEventListener("keydown", (event) => {
    if (!keyed.checked || event.ctrlKey || event.altKey || event.metaKey || dialog.open) return;
    const on = event.target;
    if (on.matches("input:not([type=checkbox]), select, textarea")) {
      if (event.key === "Escape") stand(current() ?? tales()[0]);
      return;
    }
    const key = letter(event);
    // Enter on a button, a link or a summary is that one's own.
    if (key === "Enter" && !on.matches(".tale")) return;
    const move = MOVES[key];
    if (!move && !press(key)) return;
    event.preventDefault();
    move?.();
  });

  document.getElementById("help").addEventListener("click", () => dialog.showModal());
  dialog.addEventListener("close", () => stand(current() ?? tales()[0]));
  try {
    keyed.checked = localStorage.getItem("desk:keys") !== "off";
    keyed.addEventListener("change", () => localStorage.setItem("desk:keys", keyed.checked ? "on" : "off"));
  } catch {
    // A browser that keeps nothing begins with keys each time.
  }
  if (!location.hash && document.activeElement === document.body) stand(tales()[0]);
})();
