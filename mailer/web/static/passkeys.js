/* What a browser says when a passkey is refused goes to its console; people read the page. */
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.getElementById("passkey-trouble").hidden = false;
});
