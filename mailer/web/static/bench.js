// The bench of an issue: words are saved while they are typed, entries are moved by mouse and keys.
// Everything here is also a form that works without it.
"use strict";

(() => {
  const bench = () => document.getElementById("bench");
  const forms = () => bench().querySelectorAll("form[data-words]");
  const FIELDS = ["headline", "lead", "note"];
  const PAUSE = 900; // milliseconds without a keystroke after which words are saved
  const AGAIN = 4000; // milliseconds until it is tried again
  const timers = new WeakMap();

  // -- Words: in this browser at each keystroke, at the server at each pause ---------------------

  const place = (form) => `desk:${bench().dataset.person}:item:${form.dataset.words}`;
  const read = (form) => Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value]));
  const stands = (form) =>
    Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].defaultValue]));
  const same = (one, other) => FIELDS.every((name) => one[name] === other[name]);

  function kept(form) {
    try {
      return JSON.parse(localStorage.getItem(place(form)));
    } catch {
      return null; // no storage, or not ours: then only the server keeps them
    }
  }

  function keep(form) {
    try {
      const words = { ...read(form), seen: form.elements.seen.value };
      localStorage.setItem(place(form), JSON.stringify(words));
    } catch {
      // A browser that keeps nothing still saves at each pause.
    }
  }

  function forget(form) {
    try {
      localStorage.removeItem(place(form));
    } catch {
      // Nothing was kept.
    }
  }

  // Words that stand against another's are saved by a person's own decision alone.
  const savesItself = (form) =>
    bench().hasAttribute("data-saves-itself") && !form.hasAttribute("data-clash");

  function tell(form, words) {
    form.querySelector(".saving").textContent = words;
  }

  function later(form, delay) {
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => save(form), delay));
  }

  async function save(form) {
    if (!form.isConnected) return;
    if (form.dataset.busy) {
      later(form, PAUSE);
      return;
    }
    const sent = read(form);
    form.dataset.busy = "1";
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
      });
      const told = await answer.json(); // a page instead (logged out) is as good as no answer
      if (answer.ok) {
        form.elements.seen.value = told.version;
        for (const name of FIELDS) form.elements[name].defaultValue = sent[name];
        if (same(sent, read(form))) {
          forget(form);
          tell(form, bench().dataset.saved);
        } else {
          keep(form);
          later(form, PAUSE);
        }
        htmx.trigger("#fresh", "saved");
      } else if (told.overtaken) {
        form.requestSubmit(); // the answer shows both
      } else {
        tell(form, told.sentence);
      }
    } catch {
      tell(form, bench().dataset.waits);
      later(form, AGAIN);
    } finally {
      delete form.dataset.busy;
    }
  }

  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-words]");
    if (!form) return;
    keep(form);
    tell(form, "");
    if (savesItself(form)) later(form, PAUSE);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest?.("form[data-words]");
    if (form) clearTimeout(timers.get(form));
  });

  window.addEventListener("online", () => {
    for (const form of forms()) {
      const words = kept(form);
      // Not those of another day, about which a person is still asked.
      if (words && same(words, read(form))) later(form, 0);
    }
  });

  // What is kept and is not what stands there: after a swap it goes on where it was, on a new page
  // a person is asked.
  function meet(ask) {
    if (!bench()) return;
    for (const form of forms()) {
      const words = kept(form);
      if (!words) continue;
      if (form.hasAttribute("data-clash")) continue;
      // Not what the fields hold: a browser that goes back fills them as they were left.
      if (same(words, stands(form))) forget(form);
      else if (ask) offer(form, words);
      else if (words.seen === form.elements.seen.value) restore(form, words);
    }
  }

  function restore(form, words) {
    for (const name of FIELDS) form.elements[name].value = words[name];
    form.closest("details").open = true;
    if (savesItself(form)) later(form, PAUSE);
  }

  function offer(form, words) {
    const box = document.createElement("p");
    box.className = "clash";
    box.setAttribute("role", "alert");
    box.append(bench().dataset.kept, " ");
    for (const [label, act] of [
      [bench().dataset.restore, () => restore(form, words)],
      [bench().dataset.drop, () => forget(form)],
    ]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.addEventListener("click", () => {
        act();
        box.remove();
      });
      box.append(button, " ");
    }
    form.before(box);
    form.closest("details").open = true;
  }

  // -- Who has what in hand ----------------------------------------------------------------------

  document.addEventListener("focusin", (event) => {
    const here = document.getElementById("here");
    if (!here) return;
    const item = event.target.closest?.("form[data-words]")?.dataset.words || "";
    if (here.elements.item.value === item) return;
    here.elements.item.value = item;
    htmx.trigger(here, "here");
  });

  // -- Moving by mouse ---------------------------------------------------------------------------

  let held = null;

  // In an open form the mouse marks words.
  document.addEventListener(
    "toggle",
    (event) => {
      const slip = event.target.closest?.("li.slip");
      if (slip) slip.draggable = !slip.querySelector("details[open]");
    },
    true,
  );

  document.addEventListener("dragstart", (event) => {
    const slip = event.target.closest?.("li.slip[draggable]");
    if (!slip || event.target !== slip) return;
    held = slip;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", slip.id);
    slip.classList.add("held");
  });

  document.addEventListener("dragover", (event) => {
    const list = held && event.target.closest?.("#bench .shelf")?.querySelector("ol[data-section]");
    if (!list) return;
    event.preventDefault();
    const over = event.target.closest("li.slip");
    if (!over || over === held) {
      if (!list.contains(held)) list.append(held);
      return;
    }
    const box = over.getBoundingClientRect();
    list.insertBefore(held, event.clientY < box.top + box.height / 2 ? over : over.nextSibling);
  });

  document.addEventListener("drop", (event) => {
    if (!held) return;
    event.preventDefault();
    const list = held.closest("ol[data-section]");
    const alike = [...list.querySelectorAll(`li.slip[data-pinned="${held.dataset.pinned}"]`)];
    const form = document.querySelector(`#up-${held.id.slice(5)}`).form;
    form.elements.to.value = alike.indexOf(held) + 1;
    const section = Object.assign(document.createElement("input"), {
      type: "hidden",
      name: "section",
      value: list.dataset.section,
    });
    form.append(section);
    held = null;
    form.requestSubmit();
  });

  document.addEventListener("dragend", () => {
    // Let go outside: where it stood comes back with the page.
    if (held) location.reload();
    held = null;
  });

  // -- Moving by keys ----------------------------------------------------------------------------

  const slips = () => [...bench().querySelectorAll("li.slip")];

  function step(by) {
    const all = slips();
    const at = all.indexOf(document.activeElement?.closest("li.slip"));
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  const press = (id) => document.getElementById(id)?.click();

  document.addEventListener("keydown", (event) => {
    if (!bench() || event.ctrlKey || event.metaKey || event.isComposing) return;
    const slip = event.target.closest?.("li.slip");
    const number = slip?.id.slice(5);
    if (event.target.closest?.("input, textarea, select")) {
      if (event.key === "Escape" && slip) slip.focus();
      return;
    }
    // By the key's place, so that a keyboard in Arabic does the same.
    const keys = event.altKey
      ? { ArrowUp: () => press(`up-${number}`), ArrowDown: () => press(`down-${number}`) }
      : {
          KeyJ: () => step(1),
          KeyK: () => step(-1),
          KeyU: () => press("undo"),
          KeyX: () => press(`hide-${number}`),
          KeyP: () => press(`pin-${number}`),
          KeyE: () => {
            slip.querySelector("details.edit").open = true;
            slip.querySelector("textarea").focus();
          },
        };
    const act = keys[event.code];
    if (!act || (!slip && !["KeyJ", "KeyK", "KeyU"].includes(event.code))) return;
    event.preventDefault();
    resume = slip?.id;
    act();
  });

  // After a swap the entry that had the focus has it again.
  let resume = "";
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "bench") return;
    meet(false);
    if (resume && !document.activeElement?.closest("form")) document.getElementById(resume)?.focus();
    resume = "";
  });

  document.addEventListener("DOMContentLoaded", () => meet(true));
})();
