/* The sign-up form where JavaScript runs: a proof of work, and on another site an answer in place.
 *
 * The proof is `hour:nonce`, such that SHA-256 of `mailer:hour:address:nonce` begins with BITS zero
 * bits (mailer/subscribers/work.py). Whatever fails here, the form is sent without one.
 */
(() => {
  "use strict";
  const BITS = 15;
  const PATIENCE = 10_000;
  const AT_ONCE = 256;
  const bytes = new TextEncoder();

  async function prove(address) {
    const until = Date.now() + PATIENCE;
    const hour = Math.floor(Date.now() / 3_600_000);
    for (let from = 0; window.crypto?.subtle && Date.now() < until; from += AT_ONCE) {
      const nonces = Array.from({ length: AT_ONCE }, (_, step) => from + step);
      const digests = await Promise.all(
        nonces.map((nonce) =>
          crypto.subtle.digest("SHA-256", bytes.encode(`mailer:${hour}:${address}:${nonce}`)),
        ),
      );
      const found = digests.findIndex((one) => new DataView(one).getUint32(0) >>> (32 - BITS) === 0);
      if (found >= 0) return `${hour}:${from + found}`;
    }
    return "";
  }

  function enhance(form) {
    const field = form.elements.namedItem("email");
    const button = form.querySelector("button");
    let address = "";
    let proof = Promise.resolve("");

    function begin() {
      if (field.value.trim() === address || !field.checkValidity()) return;
      address = field.value.trim();
      proof = prove(address).catch(() => "");
    }

    async function finish() {
      begin();
      let hidden = form.elements.namedItem("proof");
      if (!hidden) {
        hidden = document.createElement("input");
        hidden.type = "hidden";
        hidden.name = "proof";
        form.append(hidden);
      }
      hidden.value = await proof;
    }

    // An editor that tidies pages may have taken the empty paragraph away.
    function place() {
      const there = form.querySelector("[role=status]");
      if (there) return there;
      const made = document.createElement("p");
      made.setAttribute("role", "status");
      form.append(made);
      return made;
    }

    async function answerInPlace() {
      const status = place();
      try {
        const answer = await fetch(form.dataset.json, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(Object.fromEntries(new FormData(form))),
          credentials: "omit",
        });
        const told = await answer.json();
        status.textContent = told.says ?? told.error;
        if (told.sent) form.reset();
      } catch {
        form.submit();
      }
    }

    field.addEventListener("change", begin);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (button.getAttribute("aria-busy") === "true") return;
      button.setAttribute("aria-busy", "true");
      await finish();
      if (form.dataset.json) {
        await answerInPlace();
        button.removeAttribute("aria-busy");
      } else {
        form.submit();
      }
    });
    window.addEventListener("pageshow", () => button.removeAttribute("aria-busy"));
  }

  document.querySelectorAll("form[data-mailer-signup]").forEach(enhance);
})();
