// Forms that need a passkey: the browser makes or chooses one, and the form is sent with its answer.
(() => {
  const { SimpleWebAuthnBrowser: webAuthn } = window;
  const canBe = webAuthn?.browserSupportsWebAuthn() === true;

  for (const notice of document.querySelectorAll('[data-passkey-unavailable]')) show(notice, !canBe);
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    show(form, canBe);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void answer(form);
    });
  }

  async function answer(form) {
    const button = form.querySelector('button');
    button.disabled = true;
    say('');
    try {
      const optionsJSON = await optionsOf(form);
      if (!optionsJSON) return;
      const isNew = form.dataset.passkeyKind === 'create';
      const credential = await (isNew ? webAuthn.startRegistration : webAuthn.startAuthentication)({ optionsJSON });
      form.elements.namedItem('credential').value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      say(
        error.name === 'InvalidStateError'
          ? 'This device has a passkey for your account already.'
          : 'That didn’t work, or was cancelled. Try again.',
      );
    } finally {
      button.disabled = false;
    }
  }

  async function optionsOf(form) {
    const response = await fetch(form.dataset.passkey, { method: 'POST', headers: { accept: 'application/json' } });
    if (response.ok) return response.json();
    // Signed out meanwhile, or the last proof of who they are is too old: the page itself says what to do.
    if (response.status === 401 || response.status === 403) location.reload();
    else say('That didn’t work. Try again in a moment.');
    return null;
  }

  /** Whatever the stylesheet showed until now. */
  function show(element, isShown) {
    element.classList.remove('with-scripts', 'without-scripts');
    element.hidden = !isShown;
  }

  function say(sentence) {
    for (const place of document.querySelectorAll('[data-passkey-fault]')) {
      place.textContent = sentence;
      place.hidden = sentence === '';
    }
  }
})();
