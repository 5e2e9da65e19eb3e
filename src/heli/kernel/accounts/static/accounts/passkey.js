// allauth tells of a failed passkey by an event; the page says so in words.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const words = document.getElementById("passkey-failed");
  if (words) {
    words.hidden = false;
    words.scrollIntoView({ block: "center" });
  }
});
