/* On the way to an article: one word to our own site that its link was followed, and on.
 *
 * Nothing is read from this device and nothing is left on it; what is posted is empty.
 */
(() => {
  "use strict";
  const { to } = document.currentScript.dataset;
  navigator.sendBeacon?.(location.pathname);
  location.replace(to);
})();
