import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { epochMilliseconds } from '../database/columns';
import { User } from '../users/user.entity';

/** Somebody may set their password, once, whoever they were before. Its address needs a key that the database does not hold. */
@Entity('password_links')
@Index('password_links_one', ['userId', 'isRecovery'], { unique: true })
export class PasswordLink {
  /** 16 random bytes in hexadecimal. */
  @PrimaryColumn({ length: 32 })
  id!: string;

  /** Nobody has two that were made for them, or two that they asked for themselves. */
  @Column({ name: 'user_id' })
  userId!: number;

  /** The user who made it; null for the operator, and for nobody where they recover. It names no row: who was deleted stays its maker, and can do nothing. */
  @Column({ name: 'made_by', type: 'int', nullable: true })
  madeBy!: number | null;

  /** Whether the person asked for it themselves: then it goes to their address, and nobody is shown it. */
  @Column({ name: 'is_recovery', default: false })
  isRecovery!: boolean;

  @Column({ ...epochMilliseconds, name: 'created_at' })
  createdAt!: number;

  @Index('password_links_expires')
  @Column({ ...epochMilliseconds, name: 'expires_at' })
  expiresAt!: number;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_password_links_user' })
  user!: Relation<User>;
}
