import { emailKey, faultOfEmail, isEmailAddress, lookOfEmail, normaliseEmail, typedEmail } from './email-address';

/** Whether nobody could tell two addresses apart, so that the second is nobody's once the first is somebody's. */
const isLookAlike = (one: string, other: string) => lookOfEmail(other).others.includes(lookOfEmail(one).own);

describe('an address', () => {
  it.each([
    'ada@example.org',
    'tim@example.org',
    'tirn@example.org',
    'l1@example.org',
    "o'shea+news@example.org",
    'a_b-c.d@sub.example.co.uk',
    'seán.ó.súilleabháin@example.ie',
    'jürgen.strauß@straße.de',
    'łukasz@żółw.pl',
    'søren@blåbær.dk',
    'þórður@ísland.is',
    'jiří@dvořák.cz',
    'ışıl@çay.com.tr',
    'ștefan@țară.ro',
    'ħaż@malta.mt',
    'gal·la@gal·la.cat',
    'nguyễn@tiếngviệt.vn',
    'γιώργος@παράδειγμα.gr',
    'алёна@пример.рф',
    'їжак@приклад.укр',
    'ნინო@მაგალითი.ge',
    'անահիտ@օրինակ.հայ',
    'נועה@דוגמה.co.il',
    'محمد@مثال.السعودية',
    'علی@مثال.ایران',
    'प्रिया@उदाहरण.भारत',
    'রবি@উদাহরণ.বাংলা',
    'கார்த்திக்@எடுத்துக்காட்டு.இந்தியா',
    'สมชาย@ตัวอย่าง.ไทย',
    'អាន@ឧទាហរណ៍.org',
    'አበበ@ምሳሌ.et',
    '王小明@例子.中国',
    'yamada太郎@例え.jp',
    'やまだタロウ@みんな.jp',
    '김민준@예시.한국',
    'kim김@example.kr',
  ])('%s is accepted, and has one form', (address) => {
    expect(faultOfEmail(address)).toBe(null);
    const form = normaliseEmail(address);
    expect([form, normaliseEmail(form), emailKey(form)]).toEqual([address, form, emailKey(address)]);
    expect([normaliseEmail(emailKey(address)), emailKey(emailKey(address))]).toEqual([form, emailKey(address)]);
    expect(isEmailAddress(emailKey(address))).toBe(true);
  });

  it.each([
    ['admin@exämple.org', 'admin@xn--exmple-cua.org'],
    ['Admin@EXÄMPLE.ORG', 'admin@xn--exmple-cua.org'],
    ['admin@exa\u0308mple.org', 'admin@XN--EXMPLE-CUA.org'],
    ['admin@straße.de', 'admin@xn--strae-oqa.de'],
    ['山田@例え。jp', '山田@xn--r8jz45g.jp'],
    ['ada@ｅｘａｍｐｌｅ．ｏｒｇ', 'ada@example.org'],
    ['ｆｏｏ@example.org', 'foo@example.org'],
    ['seán@example.ie', 'sea\u0301n@example.ie'],
  ])('%s is the same mailbox as %s', (one, other) => {
    expect(emailKey(one)).toBe(emailKey(other));
    expect(normaliseEmail(one)).toBe(normaliseEmail(other));
  });

  it.each([
    ['ada@аррӏе.com', 'ada@xn--80ak6aa92e.com'],
    ['ada@pаypal.com', 'ada@xn--pypal-4ve.com'],
  ])('%s, whose domain would be taken for another, is shown as %s', (address, shown) => {
    expect(normaliseEmail(address)).toBe(shown);
  });

  it('with a domain of one alphabet is shown in it', () => {
    expect(normaliseEmail('ada@xn--e1afmkfd.xn--p1ai')).toBe('ada@пример.рф');
  });

  it.each([
    ['admin\u200B@fakesite.com', 'U+200B, which stands after "admin"'],
    ['admin@fake\u200Bsite.com', 'U+200B'],
    ['admin@fake\u00ADsite.com', 'U+00AD'],
    ['\u202Eadmin@fakesite.com', 'U+202E'],
    ['ad\u2060min@fakesite.com', 'U+2060'],
    ['ad\u3164min@fakesite.com', 'U+1160'],
    ['علی\u200Cرضا@example.org', 'U+200C'],
    ['\u0301admin@fakesite.com', 'U+0301'],
    ['аdmin@fakesite.com', 'several alphabets, as in "аdmin"'],
    ['adminа@fakesite.com', 'several alphabets'],
    ['ivanиван@fakesite.com', 'several alphabets'],
    ['αlpha@fakesite.com', 'several alphabets'],
    ['김ひ@fakesite.com', 'several alphabets'],
    ['ada@pаypal.com', 'several alphabets'],
    ['ⰳⰾ@fakesite.com', 'several alphabets'],
    ['ad‐min@fakesite.com', 'U+2010'],
    ['o’shea@fakesite.com', 'U+2019'],
    ['a☺@fakesite.com', 'U+263A'],
  ])('%s is refused, and it is said why', (address, words) => {
    expect(faultOfEmail(address)).toContain(words);
  });

  it.each(['', 'ada', '@', 'ada@', '@example.org', 'a@b@example.org', 'ada@%41.com', 'ada@0x7f.1', 'ada@127.0.0.1'])(
    '"%s" is none',
    (text) => {
      expect(faultOfEmail(text)).toBe('Enter an e-mail address, like name@example.org.');
      expect(normaliseEmail(text)).toBe(text);
    },
  );

  it('of ASCII alone looks like another of ASCII without being taken for it', () => {
    expect(isLookAlike('tim@example.org', 'tirn@example.org')).toBe(false);
    expect(isLookAlike('l1@example.org', 'll@example.org')).toBe(false);
  });

  it.each([
    ['сосо@example.org', 'coco@example.org'],
    ['соса@example.org', 'coca@example.org'],
    ['ідо@example.org', 'i\u0434o@example.org'],
    ['ııı@example.org', 'iii@example.org'],
  ])('%s and %s are taken for each other, whoever was first', (one, other) => {
    expect([isLookAlike(one, other), isLookAlike(other, one)]).toEqual([true, true]);
  });

  it('keeps, as it was typed, the form in which earlier versions stored it', () => {
    expect(typedEmail(' ADMIN\u200B@Exämple.org ')).toBe('admin\u200B@exämple.org');
  });
});
