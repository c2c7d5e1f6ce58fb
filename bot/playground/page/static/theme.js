// Runs before anything is drawn, so that nobody sees the other colours flash by.
const kept = localStorage.getItem("theme");
if (kept) document.documentElement.dataset.theme = kept;
