// The voter's own phone draws the receipt, so that the server doesn't choose it.
(function () {
  "use strict";
  var source = window.crypto || window.msCrypto;
  var field = document.querySelector('input[name="receipt"]');
  if (!field || !source || !source.getRandomValues || !window.Uint8Array) { return; }
  var bytes = new Uint8Array(16), text = "";
  source.getRandomValues(bytes);
  for (var i = 0; i < bytes.length; i++) { text += (bytes[i] + 256).toString(16).slice(1); }
  field.value = text;
})();
