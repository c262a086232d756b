/* Ties allauth's passkey ceremonies to our buttons, and says in words when one fails. */
(function () {
  const missing = document.getElementById('passkey-missing')
  const failed = document.getElementById('passkey-failed')

  if (!window.PublicKeyCredential) return
  if (missing) missing.hidden = true

  document.addEventListener('allauth.error', function (event) {
    event.preventDefault()
    failed.hidden = false
  })

  document.querySelectorAll('[data-passkey]').forEach(function (button) {
    const { passkey, credential, passwordless } = button.dataset
    const ids = { [passkey]: button.id, credential, passwordless, data: 'passkey-data' }
    button.addEventListener('click', function () { failed.hidden = true })
    window.allauth.webauthn.forms[passkey + 'Form']({ ids })
    button.hidden = false
  })
})()
