/* Passkeys. A form with data-passkey="get" or "create" fetches its challenge from data-options, asks the browser
   and posts the answer in the field "passkey". Without this script the forms stay hidden and the codes work. */
(function () {
  "use strict";

  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (character) { return character.charCodeAt(0); });
  }

  function text(buffer) {
    if (!buffer) { return null; }
    var plain = Array.from(new Uint8Array(buffer), function (byte) { return String.fromCharCode(byte); }).join("");
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function readable(options) {
    options.challenge = bytes(options.challenge);
    if (options.user) { options.user.id = bytes(options.user.id); }
    ["allowCredentials", "excludeCredentials"].forEach(function (name) {
      (options[name] || []).forEach(function (credential) { credential.id = bytes(credential.id); });
    });
    return options;
  }

  function written(credential) {
    var answer = credential.response;
    var response = { clientDataJSON: text(answer.clientDataJSON) };
    ["attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      if (answer[name]) { response[name] = text(answer[name]); }
    });
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response: response,
      clientExtensionResults: credential.getClientExtensionResults(),
      authenticatorAttachment: credential.authenticatorAttachment,
    });
  }

  function ask(form) {
    var kind = form.dataset.passkey;
    fetch(form.dataset.options, { credentials: "same-origin" })
      .then(function (answer) { return answer.json(); })
      .then(function (options) { return navigator.credentials[kind]({ publicKey: readable(options) }); })
      .then(function (credential) {
        form.elements.passkey.value = written(credential);
        form.submit();
      })
      .catch(function () {
        form.querySelector("[data-passkey-failed]").hidden = false;
      });
  }

  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    if (!window.PublicKeyCredential) { return; }
    form.hidden = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      ask(form);
    });
  });
})();
