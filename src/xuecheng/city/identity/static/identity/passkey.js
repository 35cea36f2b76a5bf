// Passkeys: a form with data-xc-passkey asks the device before it is sent. Without scripts the other ways stay.
(() => {
  "use strict";

  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0)).buffer;
  };
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const asked = (options) => {
    const key = options.publicKey;
    const read = { ...key, challenge: bytes(key.challenge) };
    if (key.user) read.user = { ...key.user, id: bytes(key.user.id) };
    if (key.excludeCredentials) read.excludeCredentials = known(key.excludeCredentials);
    if (key.allowCredentials) read.allowCredentials = known(key.allowCredentials);
    return { publicKey: read };
  };

  const told = (credential) => {
    const response = { clientDataJSON: text(credential.response.clientDataJSON) };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = text(credential.response[part]);
    }
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    });
  };

  const optionsOf = async (form) => {
    if (form.dataset.xcOptions) return JSON.parse(document.getElementById(form.dataset.xcOptions).textContent);
    const answer = await fetch(form.action, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()).request_options;
  };

  for (const form of document.querySelectorAll("form[data-xc-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      if (form.elements.credential.value) return;
      event.preventDefault();
      const trouble = form.querySelector("[data-xc-trouble]");
      trouble.hidden = true;
      try {
        const options = asked(await optionsOf(form));
        const credential =
          form.dataset.xcPasskey === "create"
            ? await navigator.credentials.create(options)
            : await navigator.credentials.get(options);
        form.elements.credential.value = told(credential);
        form.requestSubmit();
      } catch {
        trouble.hidden = false;
      }
    });
  }
  if (!window.PublicKeyCredential) {
    for (const note of document.querySelectorAll("[data-xc-no-passkey]")) note.hidden = false;
  }
})();
