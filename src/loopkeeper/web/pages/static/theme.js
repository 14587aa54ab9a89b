// Before anything is drawn: the light or dark that was chosen on this device.
const kept = localStorage.getItem("lkTheme");
if (kept) document.documentElement.dataset.theme = kept;
